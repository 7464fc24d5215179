package io.github.grpconce.embedded.internal.key;

/** The keys from {@code begin} (inclusive) to {@code end} (exclusive). */
@SuppressWarnings("ArrayRecordComponent") // never compared, never a map's key
public record KeyRange(byte[] begin, byte[] end) {
  /** What one range costs in a transaction's size, besides its two keys. */
  public static final int OVERHEAD_BYTES = 24;

  public static KeyRange of(byte[] key) {
    return new KeyRange(key, Keys.after(key));
  }

  public boolean isSingleKey() {
    return Keys.isAfter(end, begin);
  }

  public boolean isInverted() {
    return Keys.less(end, begin);
  }

  public boolean isEmpty() {
    return Keys.compare(begin, end) >= 0;
  }

  public KeyRange clip() {
    return new KeyRange(Keys.clip(begin), Keys.clip(end));
  }

  public int bytes() {
    return begin.length + end.length;
  }
}
