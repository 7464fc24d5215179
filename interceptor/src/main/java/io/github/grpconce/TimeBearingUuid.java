package io.github.grpconce;

import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;

/** UUIDs of version 7 and 8, whose first 48 bits are milliseconds since 1970 (RFC 9562). */
final class TimeBearingUuid {

  private static final int TIME_BITS = 48;
  private static final long MAX_MILLIS = (1L << TIME_BITS) - 1;

  /** The text form, in either case: java.util.UUID's own parser also takes shorter groups. */
  private static final Pattern TEXT =
      Pattern.compile(
          "\\p{XDigit}{8}-\\p{XDigit}{4}-[78]\\p{XDigit}{3}-[89aAbB]\\p{XDigit}{3}-\\p{XDigit}{12}");

  private TimeBearingUuid() {}

  static boolean matches(String value) {
    return TEXT.matcher(value).matches();
  }

  static String canonical(String uuid) {
    return uuid.toLowerCase(Locale.ROOT);
  }

  static long millis(String uuid) {
    return UUID.fromString(uuid).getMostSignificantBits() >>> (Long.SIZE - TIME_BITS);
  }

  static String version7(long millis, UUID randomness) {
    return text(
        millis, 7, randomness.getMostSignificantBits(), randomness.getLeastSignificantBits());
  }

  /** Takes the low 12 bits of the hash's first eight bytes and the low 62 of the next eight. */
  static String version8(long millis, byte[] hash) {
    ByteBuffer bits = ByteBuffer.wrap(hash);
    return text(millis, 8, bits.getLong(), bits.getLong());
  }

  private static String text(long millis, int version, long high, long low) {
    if (millis < 0 || millis > MAX_MILLIS) {
      throw new IllegalArgumentException(
          "a time-bearing request ID can't hold " + millis + " ms since 1970: check the clock");
    }
    long first = (millis << (Long.SIZE - TIME_BITS)) | ((long) version << 12) | (high & 0xFFF);
    long variant = 0b10L << 62;
    return new UUID(first, variant | (low & ~(0b11L << 62))).toString();
  }
}
