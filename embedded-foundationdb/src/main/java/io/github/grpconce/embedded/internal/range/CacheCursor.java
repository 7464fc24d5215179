package io.github.grpconce.embedded.internal.range;

import com.apple.foundationdb.KeyValue;
import io.github.grpconce.embedded.internal.key.Keys;
import io.github.grpconce.embedded.internal.range.SnapshotCache.Known;

/**
 * A position in a {@link SnapshotCache}; any change of the cache makes it void until the next skip.
 */
public final class CacheCursor implements SegmentCursor {
  private final SnapshotCache cache;
  private Known known;

  /**
   * 0 for the unknown range before the entry, an odd number for the empty range behind half as many
   * of its rows, another even number for a row.
   */
  private int offset;

  CacheCursor(SnapshotCache cache) {
    this.cache = cache;
    this.known = cache.floor(Keys.BEGIN);
  }

  private CacheCursor(CacheCursor other) {
    this.cache = other.cache;
    this.known = other.known;
    this.offset = other.offset;
  }

  @Override
  public CacheCursor copy() {
    return new CacheCursor(this);
  }

  @Override
  public Kind kind() {
    if (offset == 0) {
      return Kind.UNKNOWN;
    }
    return offset % 2 == 1 ? Kind.EMPTY : Kind.KEY_VALUE;
  }

  @Override
  public boolean isUnreadable() {
    return false;
  }

  @Override
  public byte[] beginKey() {
    if (offset == 0) {
      return cache.lower(known.begin()).end();
    }
    if (offset == 1) {
      return known.begin();
    }
    byte[] key = known.rows().get(offset / 2 - 1).getKey();
    return offset % 2 == 1 ? Keys.after(key) : key;
  }

  @Override
  public byte[] endKey() {
    if (offset == 0) {
      return known.begin();
    }
    if (offset == segments() - 1) {
      return known.end();
    }
    byte[] key = known.rows().get((offset - 1) / 2).getKey();
    return offset % 2 == 1 ? key : Keys.after(key);
  }

  private int segments() {
    return 2 * (known.rows().size() + 1);
  }

  @Override
  public KeyValue row() {
    return known.rows().get(offset / 2 - 1);
  }

  @Override
  public void next() {
    byte[] end = endKey();
    do {
      offset++;
      if (offset == segments()) {
        offset = 0;
        known = cache.higher(known.begin());
      }
    } while (Keys.equal(endKey(), end));
  }

  @Override
  public void previous() {
    byte[] begin = beginKey();
    do {
      offset--;
      if (offset < 0) {
        known = cache.lower(known.begin());
        offset = segments() - 1;
      }
    } while (Keys.equal(beginKey(), begin));
  }

  @Override
  public void skip(byte[] key) {
    known = cache.floor(key);
    if (Keys.compare(key, known.end()) >= 0) {
      known = cache.higher(known.begin());
      offset = 0;
      return;
    }
    int index = known.indexOf(key);
    boolean isRow =
        index < known.rows().size() && Keys.equal(known.rows().get(index).getKey(), key);
    offset = 2 * index + (isRow ? 2 : 1);
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // the cache has each entry once
  public boolean isSameAs(SegmentCursor other) {
    return other instanceof CacheCursor that && known == that.known && offset == that.offset;
  }
}
