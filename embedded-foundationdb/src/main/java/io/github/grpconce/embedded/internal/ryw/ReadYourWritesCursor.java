package io.github.grpconce.embedded.internal.ryw;

import com.apple.foundationdb.KeyValue;
import io.github.grpconce.embedded.internal.key.FdbError;
import io.github.grpconce.embedded.internal.key.Keys;
import io.github.grpconce.embedded.internal.range.CacheCursor;
import io.github.grpconce.embedded.internal.range.SegmentCursor;
import org.jspecify.annotations.Nullable;

/** A position among the segments of what was read with what was written laid over it. */
final class ReadYourWritesCursor implements SegmentCursor {
  private final CacheCursor cache;
  private final WriteCursor writes;

  ReadYourWritesCursor(CacheCursor cache, WriteCursor writes) {
    this.cache = cache;
    this.writes = writes;
  }

  @Override
  public ReadYourWritesCursor copy() {
    return new ReadYourWritesCursor(cache.copy(), writes.copy());
  }

  @Override
  public Kind kind() {
    if (isUnreadable()) {
      throw FdbError.ACCESSED_UNREADABLE.exception();
    }
    if (writes.isCleared()) {
      return Kind.EMPTY;
    }
    if (writes.isUnmodified()) {
      return cache.kind();
    }
    return writes.isDependentOperation() && cache.kind() == Kind.UNKNOWN
        ? Kind.UNKNOWN
        : Kind.KEY_VALUE;
  }

  @Override
  public boolean isUnreadable() {
    return writes.isUnreadable();
  }

  @Override
  public byte[] beginKey() {
    return Keys.max(cache.beginKey(), writes.beginKey());
  }

  @Override
  public byte[] endKey() {
    return Keys.min(cache.endKey(), writes.endKey());
  }

  @Override
  public @Nullable KeyValue row() {
    if (writes.isUnmodified()) {
      return cache.row();
    }
    boolean absentBefore = writes.isIndependent() || cache.kind() == Kind.EMPTY;
    byte[] key = writes.beginKey();
    byte[] value = writes.entry().stack().resolve(absentBefore ? null : cache.row().getValue());
    return value == null ? null : new KeyValue(key, value);
  }

  @Override
  public void next() {
    int order = Keys.compare(cache.endKey(), writes.endKey());
    if (order <= 0) {
      cache.next();
    }
    if (order >= 0) {
      writes.next();
    }
  }

  @Override
  public void previous() {
    int order = Keys.compare(cache.beginKey(), writes.beginKey());
    if (order >= 0) {
      cache.previous();
    }
    if (order <= 0) {
      writes.previous();
    }
  }

  @Override
  public void skip(byte[] key) {
    cache.skip(key);
    writes.skip(key);
  }

  @Override
  public boolean isSameAs(SegmentCursor other) {
    return other instanceof ReadYourWritesCursor that
        && cache.isSameAs(that.cache)
        && writes.isSameAs(that.writes);
  }
}
