package io.github.grpconce.embedded.internal.key;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;

/** The order of keys, the borders of the key space and FoundationDB's size limits. */
@SuppressWarnings("MutablePublicArray") // nobody changes the bytes of a key
public final class Keys {
  public static final Comparator<byte[]> ORDER = Arrays::compareUnsigned;

  /** The first key. */
  public static final byte[] BEGIN = {};

  /** The border between the user's keys and the system's. */
  public static final byte[] USER_END = {(byte) 0xff};

  /**
   * The one key of the system's that everybody can read, watch, and set to the commit's
   * versionstamp: what FoundationDB's layers tell each other changes by.
   */
  private static final byte[] METADATA_VERSION =
      "\u00ff/metadataVersion".getBytes(StandardCharsets.ISO_8859_1);

  /** The end of the key space. */
  public static final byte[] END = {(byte) 0xff, (byte) 0xff};

  /** A border behind {@link #END}, so that the last segment of a map has an end as well. */
  public static final byte[] AFTER_END = {(byte) 0xff, (byte) 0xff, 0};

  /** The end of FoundationDB's special keys, which begin at {@link #END}. */
  private static final byte[] SPECIAL_END = {(byte) 0xff, (byte) 0xff, (byte) 0xff};

  static final int KEY_SIZE_LIMIT = 10_000;
  public static final int VALUE_SIZE_LIMIT = 100_000;

  /** Reads and clears tolerate a tenant's prefix above {@link #KEY_SIZE_LIMIT}. */
  private static final int TENANT_PREFIX_SIZE = 8;

  private static final int SYSTEM_KEY_SIZE_LIMIT = 30_000;

  private Keys() {}

  public static int compare(byte[] a, byte[] b) {
    return Arrays.compareUnsigned(a, b);
  }

  public static boolean less(byte[] a, byte[] b) {
    return Arrays.compareUnsigned(a, b) < 0;
  }

  public static boolean equal(byte[] a, byte[] b) {
    return Arrays.equals(a, b);
  }

  public static byte[] min(byte[] a, byte[] b) {
    return less(b, a) ? b : a;
  }

  public static byte[] max(byte[] a, byte[] b) {
    return less(a, b) ? b : a;
  }

  /** The first key behind {@code key}. */
  public static byte[] after(byte[] key) {
    return Arrays.copyOf(key, key.length + 1);
  }

  /** Whether {@code next} is the first key behind {@code key}. */
  public static boolean isAfter(byte[] next, byte[] key) {
    return next.length == key.length + 1
        && next[key.length] == 0
        && Arrays.equals(next, 0, key.length, key, 0, key.length);
  }

  public static boolean isMetadataVersion(byte[] key) {
    return isSystem(key) && equal(key, METADATA_VERSION);
  }

  static boolean isSystem(byte[] key) {
    return key.length > 0 && key[0] == (byte) 0xff;
  }

  /**
   * Checks that a key is not one of FoundationDB's special keys, behind the key space.
   *
   * @throws UnsupportedOperationException if it is
   */
  public static void checkNotSpecial(byte[] key) {
    if (!less(key, END) && less(key, SPECIAL_END)) {
      throw new UnsupportedOperationException(
          "special keys are not supported by the embedded engine: use the transaction's methods and"
              + " options instead");
    }
  }

  public static int writeSizeLimit(byte[] key) {
    return isSystem(key) ? SYSTEM_KEY_SIZE_LIMIT : KEY_SIZE_LIMIT;
  }

  public static int readSizeLimit(byte[] key) {
    return isSystem(key) ? SYSTEM_KEY_SIZE_LIMIT : KEY_SIZE_LIMIT + TENANT_PREFIX_SIZE;
  }

  /** An equivalent border that is not (much) longer than a stored key can be. */
  static byte[] clip(byte[] border) {
    int limit = readSizeLimit(border);
    return border.length > limit ? Arrays.copyOf(border, limit + 1) : border;
  }
}
