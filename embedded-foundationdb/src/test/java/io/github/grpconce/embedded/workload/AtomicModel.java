package io.github.grpconce.embedded.workload;

import com.apple.foundationdb.MutationType;
import com.apple.foundationdb.tuple.ByteArrayUtil;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** FoundationDB's atomic operations once more, with big integers instead of loops over bytes. */
final class AtomicModel {
  /** All but those with versionstamps. */
  static final List<MutationType> OPERATIONS =
      List.of(
          MutationType.ADD,
          MutationType.BIT_AND,
          MutationType.BIT_OR,
          MutationType.BIT_XOR,
          MutationType.APPEND_IF_FITS,
          MutationType.MAX,
          MutationType.MIN,
          MutationType.BYTE_MIN,
          MutationType.BYTE_MAX,
          MutationType.COMPARE_AND_CLEAR);

  private AtomicModel() {}

  /** The value afterwards, null if there is none. */
  static byte @Nullable [] apply(MutationType operation, byte @Nullable [] before, byte[] operand) {
    if (operation == MutationType.COMPARE_AND_CLEAR) {
      return Arrays.equals(before, operand) ? null : before;
    }
    if (before == null) {
      return operand;
    }
    BigInteger fitted = number(Arrays.copyOf(before, operand.length));
    BigInteger given = number(operand);
    return switch (operation) {
      case ADD -> bytes(fitted.add(given), operand.length);
      case BIT_AND -> bytes(fitted.and(given), operand.length);
      case BIT_OR -> bytes(fitted.or(given), operand.length);
      case BIT_XOR -> bytes(fitted.xor(given), operand.length);
      case MAX -> bytes(fitted.max(given), operand.length);
      case MIN -> bytes(fitted.min(given), operand.length);
      case BYTE_MIN -> ByteArrayUtil.compareUnsigned(before, operand) <= 0 ? before : operand;
      case BYTE_MAX -> ByteArrayUtil.compareUnsigned(before, operand) >= 0 ? before : operand;
      case APPEND_IF_FITS -> ByteArrayUtil.join(before, operand);
      default -> throw new IllegalArgumentException(operation.name());
    };
  }

  /** Little-endian and unsigned. */
  private static BigInteger number(byte[] bytes) {
    return new BigInteger(1, reversed(bytes));
  }

  private static byte[] bytes(BigInteger number, int length) {
    byte[] reversed = reversed(number.toByteArray());
    return Arrays.copyOf(reversed, length);
  }

  private static byte[] reversed(byte[] bytes) {
    byte[] reversed = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      reversed[i] = bytes[bytes.length - 1 - i];
    }
    return reversed;
  }
}
