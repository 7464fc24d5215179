package io.github.grpconce.embedded.internal.key;

import com.apple.foundationdb.MutationType;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a mutation does to the value of a key, after FoundationDB's {@code Atomic.h}.
 *
 * <p>Numbers are little-endian and unsigned, and a result is as long as the operand, except where
 * an operation says otherwise.
 */
public enum Operation {
  SET(0, false),
  CLEAR_RANGE(1, false),
  ADD(2, false),
  AND(6, true),
  OR(7, false),
  XOR(8, false),
  APPEND_IF_FITS(9, true),
  MAX(12, false),
  MIN(13, false),
  SET_VERSIONSTAMPED_KEY(14, false),
  SET_VERSIONSTAMPED_VALUE(15, false),
  BYTE_MIN(16, true),
  BYTE_MAX(17, true),
  COMPARE_AND_CLEAR(20, false);

  private static final int BYTE = 0xff;

  private final int code;
  private final boolean associative;

  Operation(int code, boolean associative) {
    this.code = code;
    this.associative = associative;
  }

  /** Whether two operands of different lengths can be merged into one. */
  public boolean isAssociative() {
    return associative;
  }

  /** Whether the result depends on nothing that was there before. */
  public boolean isIndependent() {
    return !isAtomic() || this == SET_VERSIONSTAMPED_KEY || this == SET_VERSIONSTAMPED_VALUE;
  }

  public boolean isAtomic() {
    return this != SET && this != CLEAR_RANGE;
  }

  public static Operation of(MutationType type) {
    for (Operation operation : values()) {
      if (operation.code == type.code()) {
        return operation;
      }
    }
    throw FdbError.INVALID_MUTATION_TYPE.exception();
  }

  /**
   * The value after this operation.
   *
   * @param existing the value before, null if the key is absent
   * @return null if the key is absent afterwards
   */
  public byte @Nullable [] apply(byte @Nullable [] existing, byte[] operand) {
    byte[] known = existing == null ? Keys.BEGIN : existing;
    return switch (this) {
      case SET, SET_VERSIONSTAMPED_VALUE, SET_VERSIONSTAMPED_KEY -> operand;
      case CLEAR_RANGE -> null;
      case ADD -> add(known, operand);
      case AND -> existing == null ? operand : and(known, operand);
      case OR -> or(known, operand);
      case XOR -> xor(known, operand);
      case APPEND_IF_FITS -> append(known, operand);
      case MAX -> larger(known, operand);
      case MIN -> existing == null ? operand : smaller(known, operand);
      case BYTE_MIN -> existing == null || Keys.less(operand, existing) ? operand : existing;
      case BYTE_MAX -> existing == null || Keys.less(existing, operand) ? operand : existing;
      case COMPARE_AND_CLEAR -> Arrays.equals(existing, operand) ? null : existing;
    };
  }

  private static byte[] add(byte[] existing, byte[] operand) {
    byte[] sum = new byte[operand.length];
    int carry = 0;
    for (int i = 0; i < sum.length; i++) {
      carry += (operand[i] & BYTE) + (i < existing.length ? existing[i] & BYTE : 0);
      sum[i] = (byte) carry;
      carry >>>= Byte.SIZE;
    }
    return sum;
  }

  private static byte[] and(byte[] existing, byte[] operand) {
    byte[] result = Arrays.copyOf(existing, operand.length);
    for (int i = 0; i < result.length; i++) {
      result[i] &= operand[i];
    }
    return result;
  }

  private static byte[] or(byte[] existing, byte[] operand) {
    byte[] result = Arrays.copyOf(existing, operand.length);
    for (int i = 0; i < result.length; i++) {
      result[i] |= operand[i];
    }
    return result;
  }

  private static byte[] xor(byte[] existing, byte[] operand) {
    byte[] result = Arrays.copyOf(existing, operand.length);
    for (int i = 0; i < result.length; i++) {
      result[i] ^= operand[i];
    }
    return result;
  }

  private static byte[] append(byte[] existing, byte[] operand) {
    if (existing.length + operand.length > Keys.VALUE_SIZE_LIMIT) {
      return existing;
    }
    byte[] joined = Arrays.copyOf(existing, existing.length + operand.length);
    System.arraycopy(operand, 0, joined, existing.length, operand.length);
    return joined;
  }

  private static byte[] larger(byte[] existing, byte[] operand) {
    byte[] fitted = Arrays.copyOf(existing, operand.length);
    return compareNumbers(fitted, operand) > 0 ? fitted : operand;
  }

  private static byte[] smaller(byte[] existing, byte[] operand) {
    byte[] fitted = Arrays.copyOf(existing, operand.length);
    return compareNumbers(fitted, operand) < 0 ? fitted : operand;
  }

  private static int compareNumbers(byte[] a, byte[] b) {
    for (int i = a.length - 1; i >= 0; i--) {
      if (a[i] != b[i]) {
        return Integer.compare(a[i] & BYTE, b[i] & BYTE);
      }
    }
    return 0;
  }
}
