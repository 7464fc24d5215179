package io.github.grpconce.teststore;

import com.apple.foundationdb.KeyArrayResult;
import com.apple.foundationdb.KeySelector;
import com.apple.foundationdb.KeyValue;
import com.apple.foundationdb.tuple.ByteArrayUtil;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/**
 * How a view's keys stand in the database: ordinary ones behind a prefix, system keys as they are.
 * So the end of a view, which is {@code \xff} to those who use it, is the prefix and {@code \xff}.
 *
 * <p>Immutable.
 */
final class PrefixedKeys {

  private static final byte[] END_OF_ORDINARY_KEYS = {(byte) 0xff};
  private static final byte[] AFTER_A_KEY = {0};

  private final byte[] prefix;
  private final byte[] end;

  PrefixedKeys(byte[] prefix) {
    this.prefix = prefix.clone();
    this.end = ByteArrayUtil.join(prefix, END_OF_ORDINARY_KEYS);
  }

  byte[] begin() {
    return prefix.clone();
  }

  byte[] end() {
    return end.clone();
  }

  /** Where a key is kept. Nothing is no key, which is for the database to say. */
  byte[] real(byte[] key) {
    return key == null || isSystemKey(key) ? key : ByteArrayUtil.join(prefix, key);
  }

  /** Where a range begins or ends. */
  byte[] realBound(byte[] key) {
    return Arrays.equals(key, END_OF_ORDINARY_KEYS) ? end() : real(key);
  }

  KeySelector real(KeySelector selector) {
    return new KeySelector(realBound(selector.getKey()), selector.orEqual(), selector.getOffset());
  }

  /**
   * Where a key with an incomplete versionstamp is kept, whose offset is behind it. An offset that
   * the database would refuse stays one.
   */
  byte[] realStamped(byte[] key) {
    if (key.length < Integer.BYTES || isSystemKey(key)) {
      return key;
    }
    ByteBuffer real = ByteBuffer.wrap(real(key)).order(ByteOrder.LITTLE_ENDIAN);
    int at = real.capacity() - Integer.BYTES;
    int offset = real.getInt(at);
    return real.putInt(at, offset < 0 ? offset : offset + prefix.length).array();
  }

  /** A key as those see it who use the view. */
  byte[] seen(byte[] real) {
    return isInView(real) || Arrays.equals(real, end)
        ? Arrays.copyOfRange(real, prefix.length, real.length)
        : real;
  }

  KeyValue seen(KeyValue row) {
    return new KeyValue(seen(row.getKey()), row.getValue());
  }

  KeyArrayResult seen(KeyArrayResult real) {
    List<byte[]> seen = real.getKeys().stream().map(this::seen).toList();
    return new KeyArrayResult(
        ByteArrayUtil.join(seen.toArray(new byte[0][])),
        seen.stream().mapToInt(key -> key.length).toArray());
  }

  boolean isInView(byte[] real) {
    return isBehind(prefix, real) && isBehind(real, end) && !Arrays.equals(real, end);
  }

  /** The end of the view that is nearer to a key outside. */
  byte[] edge(byte[] outside) {
    return isBehind(end, outside) ? end() : begin();
  }

  /** What a selector begins to count at. */
  static byte[] base(KeySelector real) {
    return real.orEqual() ? ByteArrayUtil.join(real.getKey(), AFTER_A_KEY) : real.getKey();
  }

  /** Whether only a transaction with the right to read system keys may ask for this. */
  static boolean isBeyondOrdinaryKeys(KeySelector selector) {
    return isSystemKey(selector.getKey())
        && !Arrays.equals(selector.getKey(), END_OF_ORDINARY_KEYS);
  }

  private static boolean isSystemKey(byte[] key) {
    return key.length > 0 && key[0] == END_OF_ORDINARY_KEYS[0];
  }

  private static boolean isBehind(byte[] first, byte[] second) {
    return ByteArrayUtil.compareUnsigned(first, second) <= 0;
  }
}
