package io.github.grpconce.internal.id;

import java.util.HexFormat;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * The two forms of an ID that says when its operation was first tried, in milliseconds since 1970:
 *
 * <ul>
 *   <li>a UUID of version 7 (RFC 9562), whose first 48 bits they are;
 *   <li>what is derived from such an ID: the parent's time in 12 hexadecimal digits, a dot, and 32
 *       digits of a hash.
 * </ul>
 *
 * <p>A derived ID is no UUID on purpose. Version 8 leaves all bits to whoever makes it, so that
 * nobody could tell ours from somebody's hash, whose first bits are no time; and of a hash it has
 * room for 74 bits, where this form has 128. Nothing has this form by accident, and whoever writes
 * it by hand is held to the time in it: refused if it is too old or to come, never executed twice.
 */
public final class TimeBearing {

  private static final int TIME_BITS = 48;
  private static final int TIME_DIGITS = TIME_BITS / 4;
  private static final long MAX_MILLIS = (1L << TIME_BITS) - 1;
  private static final char DOT = '.';

  /** The text form, in either case: java.util.UUID's own parser also takes shorter groups. */
  private static final Pattern UUID_TEXT =
      Pattern.compile("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");

  private static final Pattern VERSION_7 =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");

  private static final Pattern DERIVED =
      Pattern.compile("\\p{XDigit}{" + TIME_DIGITS + "}\\.\\p{XDigit}{32}");

  private TimeBearing() {}

  /** Returns the one spelling of a UUID, or of a derived ID; other texts as they are. */
  public static String canonical(String value) {
    return UUID_TEXT.matcher(value).matches() || DERIVED.matcher(value).matches()
        ? value.toLowerCase(Locale.ROOT)
        : value;
  }

  /** Returns the time in an ID that is spelled canonically; below zero if there is none in it. */
  public static long millis(String canonical) {
    if (VERSION_7.matcher(canonical).matches()) {
      return UUID.fromString(canonical).getMostSignificantBits() >>> (Long.SIZE - TIME_BITS);
    }
    return DERIVED.matcher(canonical).matches()
        ? HexFormat.fromHexDigitsToLong(canonical, 0, TIME_DIGITS)
        : -1;
  }

  public static String version7(long millis, UUID randomness) {
    long first = (checked(millis) << (Long.SIZE - TIME_BITS)) | (7L << 12);
    long variant = 0b10L << 62;
    return new UUID(
            first | (randomness.getMostSignificantBits() & 0xFFF),
            variant | (randomness.getLeastSignificantBits() & ~(0b11L << 62)))
        .toString();
  }

  /**
   * Returns a derived ID.
   *
   * @param hash 32 hexadecimal digits
   */
  public static String derived(long millis, String hash) {
    return HexFormat.of().toHexDigits(checked(millis), TIME_DIGITS) + DOT + hash;
  }

  private static long checked(long millis) {
    if (millis < 0 || millis > MAX_MILLIS) {
      throw new IllegalArgumentException(
          "a time-bearing request ID can't hold " + millis + " ms since 1970: check the clock");
    }
    return millis;
  }
}
