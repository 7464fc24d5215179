package io.github.grpconce.embedded.internal.key;

import com.apple.foundationdb.KeySelector;

/**
 * A key selector in its simplest form: the key that is {@code offset - 1} keys away from the first
 * one at or behind {@code key}.
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, never a map's key
public record Selector(byte[] key, int offset) {
  /** Of a key that no stored one can be as long as, only its beginning matters, and counts. */
  public static Selector of(KeySelector selector) {
    byte[] key = Keys.clip(selector.getKey());
    return new Selector(
        selector.orEqual() ? Keys.clip(Keys.after(key)) : key, selector.getOffset());
  }

  public static Selector firstGreaterOrEqual(byte[] key) {
    return new Selector(key, 1);
  }

  public boolean isFirstGreaterOrEqual() {
    return offset == 1;
  }

  public boolean isBackward() {
    return offset <= 0;
  }

  public Selector plus(int keys) {
    return new Selector(key, offset + keys);
  }

  /** Whether a range from this selector to {@code end} is empty whatever the database contains. */
  public boolean isInvertedWith(Selector end) {
    return offset >= end.offset && Keys.compare(key, end.key) >= 0;
  }
}
