package io.github.grpconce.embedded.internal.ryw;

import com.apple.foundationdb.KeyArrayResult;
import com.apple.foundationdb.KeySelector;
import io.github.grpconce.embedded.internal.cluster.Watch;
import io.github.grpconce.embedded.internal.key.EmbeddedException;
import io.github.grpconce.embedded.internal.key.FdbError;
import io.github.grpconce.embedded.internal.key.KeyRange;
import io.github.grpconce.embedded.internal.key.Keys;
import io.github.grpconce.embedded.internal.key.Selector;
import io.github.grpconce.embedded.internal.nativeapi.NativeTransaction;
import io.github.grpconce.embedded.internal.nativeapi.TransactionSettings;
import io.github.grpconce.embedded.internal.range.RangeLimits;
import io.github.grpconce.embedded.internal.range.RangeRead;
import io.github.grpconce.embedded.internal.range.RangeRead.ReadScope;
import io.github.grpconce.embedded.internal.range.RangeResult;
import io.github.grpconce.embedded.internal.range.SegmentCursor;
import io.github.grpconce.embedded.internal.range.SnapshotCache;
import io.github.grpconce.embedded.internal.range.SnapshotCache.Known;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One life of a transaction, from its begin or its last reset to the next: what it read, with what
 * it wrote laid over it, and what therefore conflicts.
 *
 * <p>The read half of FoundationDB's {@code ReadYourWritesTransaction}; the other one is {@link
 * OwnWrites}. Errors that wait for the next read, time limits and resets are {@code
 * TransactionCore}'s. Not thread-safe.
 */
public final class ReadYourWrites {
  private final NativeTransaction tr;
  private final TransactionSettings settings;
  private final SnapshotCache cache = new SnapshotCache();
  private final OwnWrites writes;
  private final ConflictRanges readConflicts = new ConflictRanges();
  private boolean everRead;
  private long conflictBytes;

  public ReadYourWrites(NativeTransaction tr, TransactionSettings settings) {
    this.tr = tr;
    this.settings = settings;
    this.writes = new OwnWrites(tr, settings);
  }

  public OwnWrites writes() {
    return writes;
  }

  /** Whether nothing was read or written, so that one can still do without reading one's writes. */
  public boolean isUntouched() {
    return !everRead && writes.map().isEmpty();
  }

  private boolean readsOwnWrites(boolean snapshot) {
    return !snapshot || settings.snapshotsReadOwnWrites();
  }

  private void checkReadable(byte[] key) {
    if (Keys.compare(key, settings.maxReadKey()) >= 0 && !Keys.isMetadataVersion(key)) {
      throw FdbError.KEY_OUTSIDE_LEGAL_RANGE.exception();
    }
  }

  public byte @Nullable [] get(byte[] key, boolean snapshot) {
    checkReadable(key);
    if (key.length > Keys.readSizeLimit(key)) {
      return null;
    }
    everRead = true;
    KeyRange point = KeyRange.of(key);
    if (settings.readYourWritesDisabled()) {
      byte[] value = tr.get(key);
      if (!snapshot) {
        tr.addReadConflict(point);
      }
      return value;
    }
    byte[] value;
    boolean conflict = !snapshot;
    if (readsOwnWrites(snapshot) && !writes.map().isEmpty()) {
      WriteCursor at = readable(key);
      value = valueAt(at, point);
      conflict &= at.readsDatabase();
    } else {
      value = stored(point);
    }
    if (conflict) {
      readConflicts.add(point);
      conflictBytes += KeyRange.OVERHEAD_BYTES + point.bytes();
    }
    return value;
  }

  /** What is written at a key that may be read. */
  private WriteCursor readable(byte[] key) {
    WriteCursor at = writes.map().cursor(key);
    if (at.isUnreadable() && !settings.bypassUnreadable()) {
      throw FdbError.ACCESSED_UNREADABLE.exception();
    }
    return at;
  }

  private byte @Nullable [] valueAt(WriteCursor at, KeyRange point) {
    if (at.isCleared()) {
      return null;
    }
    if (at.isUnmodified()) {
      return stored(point);
    }
    byte[] before = at.isDependentOperation() ? stored(point) : null;
    return at.entry().stack().resolve(before);
  }

  /** What the database contains, which is asked once for each key. */
  private byte @Nullable [] stored(KeyRange point) {
    byte[] key = point.begin();
    Known known = cache.at(key);
    if (known != null) {
      askAgainFor(point);
      return known.valueOf(key);
    }
    byte[] value = tr.get(key);
    cache.insert(point, value);
    return value;
  }

  public byte[] getKey(KeySelector selected, boolean snapshot) {
    byte[] maxKey = settings.maxReadKey();
    if (Keys.less(maxKey, selected.getKey())) {
      throw FdbError.KEY_OUTSIDE_LEGAL_RANGE.exception();
    }
    everRead = true;
    Selector selector = Selector.of(selected);
    if (settings.readYourWritesDisabled()) {
      byte[] key = tr.getKey(selector);
      if (!snapshot) {
        tr.addUncountedReadConflict(ReadConflicts.ofKey(selector, key));
      }
      return Keys.min(key, maxKey);
    }
    byte[] key = scope(snapshot).getKey(selector);
    KeyRange range = ReadConflicts.ofKey(selector, key);
    askAgainFor(range, snapshot);
    if (!snapshot) {
      addConflicts(range);
    }
    return key;
  }

  public RangeResult getRange(
      KeySelector from, KeySelector to, RangeLimits limits, boolean snapshot, boolean reverse) {
    byte[] maxKey = settings.maxReadKey();
    if (Keys.less(maxKey, from.getKey()) || Keys.less(maxKey, to.getKey())) {
      throw FdbError.KEY_OUTSIDE_LEGAL_RANGE.exception();
    }
    if (!limits.isValid()) {
      throw FdbError.RANGE_LIMITS_INVALID.exception();
    }
    Selector begin = Selector.of(from);
    Selector end = Selector.of(to);
    if (begin.isInvertedWith(end)) {
      return RangeResult.EMPTY;
    }
    everRead = true;
    if (settings.readYourWritesDisabled()) {
      return nativeRange(begin, end, limits, snapshot, reverse);
    }
    ReadScope scope = scope(snapshot);
    RangeRead read =
        reverse ? scope.backward(begin, end, limits) : scope.forward(begin, end, limits);
    RangeResult result = read.run();
    KeyRange range = ReadConflicts.ofRange(begin, end, reverse, result, maxKey);
    askAgainFor(range, snapshot);
    if (!snapshot) {
      addConflicts(range);
    }
    return result;
  }

  private RangeResult nativeRange(
      Selector begin, Selector given, RangeLimits limits, boolean snapshot, boolean reverse) {
    Selector end = given;
    if (reverse && end.offset() > 1) {
      byte[] key = tr.getKey(end);
      if (!snapshot) {
        tr.addUncountedReadConflict(ReadConflicts.ofKey(end, key));
      }
      end = Selector.firstGreaterOrEqual(Keys.min(key, settings.maxReadKey()));
    }
    RangeResult result = tr.getRange(begin, end, limits, reverse);
    if (!snapshot && !begin.isInvertedWith(end)) {
      tr.addUncountedReadConflict(ReadConflicts.ofNativeRange(begin, end, reverse, result));
    }
    return reverse ? result : result.below(settings.maxReadKey());
  }

  private ReadScope scope(boolean snapshot) {
    SegmentCursor start = cache.cursor();
    if (readsOwnWrites(snapshot)) {
      // Whatever the options say, a range refuses what cannot be read.
      start = new ReadYourWritesCursor(cache.cursor(), writes.map().cursor(Keys.BEGIN));
    }
    return new ReadScope(tr, cache, start, settings.maxReadKey());
  }

  private void askAgainFor(KeyRange range, boolean snapshot) {
    if (!cache.inFlight().isEmpty()) {
      List<KeyRange> parts = readsOwnWrites(snapshot) ? notWritten(range) : List.of(range);
      parts.forEach(this::askAgainFor);
    }
  }

  /** What was asked for before and has not come yet is asked for once more. */
  private void askAgainFor(KeyRange part) {
    if (cache.inFlight().touches(part)) {
      tr.countRequest();
    }
  }

  private void addConflicts(KeyRange range) {
    for (KeyRange part : notWritten(range)) {
      readConflicts.add(part);
      // FoundationDB, too, counts the whole range for each of its parts.
      conflictBytes += KeyRange.OVERHEAD_BYTES + range.bytes();
    }
  }

  /**
   * The parts of a range that are read from the database, and not from this transaction's writes.
   */
  private List<KeyRange> notWritten(KeyRange range) {
    List<KeyRange> parts = new ArrayList<>(1);
    WriteCursor at = writes.map().cursor(range.begin());
    while (Keys.less(at.beginKey(), range.end())) {
      if (at.readsDatabase()) {
        KeyRange part =
            new KeyRange(
                Keys.max(range.begin(), at.beginKey()), Keys.min(range.end(), at.endKey()));
        if (!part.isEmpty()) {
          parts.add(part);
        }
      }
      at.next();
    }
    return parts;
  }

  public void addReadConflict(KeyRange range) {
    byte[] maxKey = settings.maxReadKey();
    boolean outside = Keys.less(maxKey, range.begin()) || Keys.less(maxKey, range.end());
    if (outside && !(range.isSingleKey() && Keys.isMetadataVersion(range.begin()))) {
      throw FdbError.KEY_OUTSIDE_LEGAL_RANGE.exception();
    }
    KeyRange clipped = range.clip();
    if (clipped.isEmpty()) {
      return;
    }
    if (settings.readYourWritesDisabled()) {
      tr.addReadConflict(clipped);
      conflictBytes += KeyRange.OVERHEAD_BYTES + clipped.bytes();
    } else {
      addConflicts(clipped);
    }
  }

  public long rangeSize(KeyRange range) {
    return tr.rangeSize(range);
  }

  public KeyArrayResult splitPoints(KeyRange range, long chunkSize) {
    byte[] maxKey = settings.maxReadKey();
    if (Keys.less(maxKey, range.begin()) || Keys.less(maxKey, range.end())) {
      throw FdbError.KEY_OUTSIDE_LEGAL_RANGE.exception();
    }
    return tr.splitPoints(range, chunkSize);
  }

  /** Lets arrive what was asked of the database since this was called last, when it is run. */
  public Runnable takeAsked() {
    return cache.inFlight().takeAsked();
  }

  /**
   * Adds a watch of this life, which a write of its own can fire.
   *
   * @param known whether its value has come
   */
  public void watch(Watch watch, boolean known) {
    writes.watches().add(watch, known);
  }

  /** The values that were asked for have come, for all watches. */
  public void watchesArrived() {
    writes.watches().arrived();
  }

  /** The watches that have to be fired now. */
  public List<Watch> takeFiredWatches() {
    return writes.watches().takeFired();
  }

  /** About what a commit would count against the size limit, were it to come now. */
  public long approximateSize() {
    return conflictBytes + writes.bytes();
  }

  /**
   * Whether a key's value is known without a read of the database.
   *
   * @throws EmbeddedException if the key cannot be watched
   */
  public boolean knowsToWatch(byte[] key) {
    if (settings.readYourWritesDisabled()) {
      throw FdbError.WATCHES_DISABLED.exception();
    }
    checkReadable(key);
    if (key.length > Keys.writeSizeLimit(key)) {
      throw FdbError.KEY_TOO_LARGE.exception();
    }
    WriteCursor at = readable(key);
    boolean needsStored = at.isUnmodified() || at.isDependentOperation();
    return !needsStored || (cache.at(key) != null && !cache.inFlight().touches(KeyRange.of(key)));
  }

  /** Hands everything over that a commit needs. */
  public void passOnAll() {
    if (!settings.readYourWritesDisabled()) {
      writes.passOnAll();
      readConflicts.ranges().forEach(tr::addReadConflict);
    }
  }
}
