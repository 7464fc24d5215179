package io.github.grpconce.embedded;

/** The keys from {@code begin} (inclusive) to {@code end} (exclusive). */
@SuppressWarnings("ArrayRecordComponent") // never compared, never a map's key
record KeyRange(byte[] begin, byte[] end) {
  /** What one range costs in a transaction's size, besides its two keys. */
  static final int OVERHEAD_BYTES = 24;

  static KeyRange of(byte[] key) {
    return new KeyRange(key, Keys.after(key));
  }

  boolean isSingleKey() {
    return Keys.isAfter(end, begin);
  }

  boolean isInverted() {
    return Keys.less(end, begin);
  }

  boolean isEmpty() {
    return Keys.compare(begin, end) >= 0;
  }

  KeyRange clip() {
    return new KeyRange(Keys.clip(begin), Keys.clip(end));
  }

  int bytes() {
    return begin.length + end.length;
  }
}
