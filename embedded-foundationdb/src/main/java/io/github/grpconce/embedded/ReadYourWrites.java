package io.github.grpconce.embedded;

import com.apple.foundationdb.KeyArrayResult;
import com.apple.foundationdb.KeySelector;
import io.github.grpconce.embedded.RangeRead.ReadScope;
import io.github.grpconce.embedded.SegmentCursor.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One life of a transaction, from its begin or its last reset to the next: what it read and wrote,
 * and what therefore conflicts.
 *
 * <p>FoundationDB's {@code ReadYourWritesTransaction}, without what surrounds it: errors that wait
 * for the next read, time limits and resets are {@link TransactionCore}'s. Not thread-safe.
 */
final class ReadYourWrites {
  private final NativeTransaction tr;
  private final TransactionSettings settings;
  private final SnapshotCache cache = new SnapshotCache();
  private final WriteMap writes = new WriteMap();
  private final ConflictRanges readConflicts = new ConflictRanges();
  private final TreeMap<byte[], List<Watch>> watches = new TreeMap<>(Keys.ORDER);

  /** Watches whose key was changed by this transaction itself, to be fired when no lock is held. */
  private final List<Watch> fired = new ArrayList<>(0);

  private boolean everRead;
  private long approximateSize;

  ReadYourWrites(NativeTransaction tr, TransactionSettings settings) {
    this.tr = tr;
    this.settings = settings;
  }

  /** Whether nothing was read or written, so that one can still do without reading one's writes. */
  boolean isUntouched() {
    return !everRead && cache.isEmpty() && writes.isEmpty();
  }

  private boolean readsOwnWrites(boolean snapshot) {
    return !snapshot || settings.snapshotReadYourWrites > 0;
  }

  /**
   * A position that refuses unreadable segments, unless it is for a single value and told not to.
   */
  private ReadYourWritesCursor cursor(boolean bypassUnreadable) {
    return new ReadYourWritesCursor(cache.cursor(), new WriteCursor(writes), bypassUnreadable);
  }

  byte @Nullable [] get(byte[] key, boolean snapshot) {
    if (Keys.compare(key, settings.maxReadKey()) >= 0) {
      throw FdbError.KEY_OUTSIDE_LEGAL_RANGE.exception();
    }
    if (key.length > Keys.readSizeLimit(key)) {
      return null;
    }
    everRead = true;
    if (settings.readYourWritesDisabled) {
      byte[] value = tr.get(key);
      if (!snapshot) {
        tr.addReadConflict(KeyRange.of(key));
      }
      return value;
    }
    if (!readsOwnWrites(snapshot)) {
      return valueAt(cache.cursor(), key);
    }
    ReadYourWritesCursor at = cursor(settings.bypassUnreadable);
    byte[] value = valueAt(at, key);
    if (!snapshot && at.writes().readsDatabase()) {
      noteReadConflict(KeyRange.of(key));
    }
    return value;
  }

  private byte @Nullable [] valueAt(SegmentCursor at, byte[] key) {
    at.skip(key);
    if (at.kind() == Kind.UNKNOWN) {
      byte[] stored = tr.get(key);
      cache.insert(key, stored);
      if (!at.isDependent()) {
        return stored;
      }
      at.skip(key);
    }
    if (at.kind() != Kind.KEY_VALUE) {
      return null;
    }
    var row = at.row();
    return row == null ? null : row.getValue();
  }

  byte[] getKey(KeySelector selected, boolean snapshot) {
    byte[] maxKey = settings.maxReadKey();
    if (Keys.less(maxKey, selected.getKey())) {
      throw FdbError.KEY_OUTSIDE_LEGAL_RANGE.exception();
    }
    everRead = true;
    Selector selector = Selector.of(selected);
    if (settings.readYourWritesDisabled) {
      byte[] key = tr.getKey(selector);
      if (!snapshot) {
        tr.addReadConflict(ReadConflicts.ofKey(selector, key));
      }
      return Keys.min(key, maxKey);
    }
    byte[] key = scope(snapshot).getKey(selector);
    if (!snapshot) {
      addConflicts(ReadConflicts.ofKey(selector, key));
    }
    return key;
  }

  RangeResult getRange(
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
    if (settings.readYourWritesDisabled) {
      return nativeRange(begin, end, limits, snapshot, reverse);
    }
    ReadScope scope = scope(snapshot);
    RangeRead read =
        reverse ? scope.backward(begin, end, limits) : scope.forward(begin, end, limits);
    RangeResult result = read.run();
    if (!snapshot) {
      addConflicts(ReadConflicts.ofRange(begin, end, reverse, result, maxKey));
    }
    return result;
  }

  private RangeResult nativeRange(
      Selector begin, Selector given, RangeLimits limits, boolean snapshot, boolean reverse) {
    Selector end = given;
    if (reverse && end.offset() > 1) {
      byte[] key = tr.getKey(end);
      if (!snapshot) {
        tr.addReadConflict(ReadConflicts.ofKey(end, key));
      }
      end = Selector.firstGreaterOrEqual(Keys.min(key, settings.maxReadKey()));
    }
    RangeResult result = tr.getRange(begin, end, limits, reverse);
    if (!snapshot && !begin.isInvertedWith(end)) {
      tr.addReadConflict(ReadConflicts.ofNativeRange(begin, end, reverse, result));
    }
    return result;
  }

  private ReadScope scope(boolean snapshot) {
    SegmentCursor start = readsOwnWrites(snapshot) ? cursor(false) : cache.cursor();
    return new ReadScope(tr, cache, start, settings.maxReadKey());
  }

  /**
   * Notes the parts of a range that were really read, and not taken from this transaction's writes.
   */
  private void addConflicts(KeyRange range) {
    WriteCursor at = writes.cursor(range.begin());
    while (Keys.less(at.beginKey(), range.end())) {
      if (at.readsDatabase()) {
        KeyRange part =
            new KeyRange(
                Keys.max(range.begin(), at.beginKey()), Keys.min(range.end(), at.endKey()));
        if (!part.isEmpty()) {
          noteReadConflict(part);
        }
      }
      at.next();
    }
  }

  private void noteReadConflict(KeyRange range) {
    countConflict(range);
    readConflicts.add(range);
  }

  long rangeSize(KeyRange range) {
    return tr.rangeSize(range);
  }

  KeyArrayResult splitPoints(KeyRange range, long chunkSize) {
    byte[] maxKey = settings.maxReadKey();
    if (Keys.less(maxKey, range.begin()) || Keys.less(maxKey, range.end())) {
      throw FdbError.KEY_OUTSIDE_LEGAL_RANGE.exception();
    }
    return tr.splitPoints(range, chunkSize);
  }

  /** About what a commit would count against the size limit, were it to come now. */
  long approximateSize() {
    return approximateSize;
  }

  private void countConflict(KeyRange range) {
    approximateSize += KeyRange.OVERHEAD_BYTES + range.bytes();
  }

  private void countMutation(byte[] key, byte[] param, KeyRange conflict, boolean conflicts) {
    approximateSize += Mutation.OVERHEAD_BYTES + key.length + param.length;
    if (conflicts) {
      countConflict(conflict);
    }
  }

  void addReadConflict(KeyRange range) {
    byte[] maxKey = settings.maxReadKey();
    if (Keys.less(maxKey, range.begin()) || Keys.less(maxKey, range.end())) {
      throw FdbError.KEY_OUTSIDE_LEGAL_RANGE.exception();
    }
    KeyRange clipped = range.clip();
    if (clipped.isEmpty()) {
      return;
    }
    if (settings.readYourWritesDisabled) {
      tr.addReadConflict(clipped);
    } else {
      addConflicts(clipped);
    }
  }

  void addWriteConflict(KeyRange range) {
    byte[] maxKey = settings.maxWriteKey();
    if (Keys.less(maxKey, range.begin()) || Keys.less(maxKey, range.end())) {
      throw FdbError.KEY_OUTSIDE_LEGAL_RANGE.exception();
    }
    KeyRange clipped = range.clip();
    if (clipped.isEmpty()) {
      return;
    }
    countConflict(clipped);
    if (settings.readYourWritesDisabled) {
      tr.addWriteConflict(clipped);
    } else {
      writes.addConflict(clipped);
    }
  }

  void set(byte[] key, byte[] value, boolean conflict) {
    checkWritable(key);
    checkSizes(key, value);
    countMutation(key, value, KeyRange.of(key), conflict);
    if (settings.readYourWritesDisabled) {
      write(new Mutation(Operation.SET, key, value), conflict);
      return;
    }
    writes.mutate(key, Operation.SET, value, conflict);
    fireWatches(KeyRange.of(key), value, true);
  }

  void atomic(Operation operation, byte[] key, byte[] operand, boolean conflict) {
    checkWritable(key);
    if (!operation.isAtomic()) {
      throw FdbError.INVALID_MUTATION_TYPE.exception();
    }
    checkSizes(key, operand);
    byte[] target = key;
    boolean conflicts = conflict;
    if (operation == Operation.SET_VERSIONSTAMPED_KEY) {
      target = prepareStampedKey(key);
      // The key that comes out of it will conflict; it is not known before the commit.
      conflicts = false;
    }
    if (operation == Operation.SET_VERSIONSTAMPED_VALUE) {
      Versionstamps.check(operand);
    }
    countMutation(target, operand, KeyRange.of(key), conflicts);
    if (settings.readYourWritesDisabled) {
      write(new Mutation(operation, target, operand), conflicts);
      return;
    }
    writes.mutate(target, operation, operand, conflicts);
    fireWatches(KeyRange.of(target), null, false);
  }

  private byte[] prepareStampedKey(byte[] key) {
    long minVersion = tr.cachedReadVersion();
    KeyRange possible = Versionstamps.possibleKeys(key, minVersion, settings.maxReadKey());
    if (!settings.readYourWritesDisabled) {
      passOn(possible);
      writes.makeUnreadable(possible);
    }
    return Versionstamps.lowest(key, minVersion);
  }

  void clear(KeyRange range, boolean conflict) {
    byte[] maxKey = settings.maxWriteKey();
    if (Keys.less(maxKey, range.begin()) || Keys.less(maxKey, range.end())) {
      throw FdbError.KEY_OUTSIDE_LEGAL_RANGE.exception();
    }
    clearLegal(range.clip(), conflict);
  }

  void clear(byte[] key, boolean conflict) {
    checkWritable(key);
    if (key.length <= Keys.readSizeLimit(key)) {
      clearLegal(KeyRange.of(key), conflict);
    }
  }

  private void clearLegal(KeyRange range, boolean conflict) {
    if (range.isEmpty()) {
      return;
    }
    countMutation(range.begin(), range.end(), range, conflict);
    if (settings.readYourWritesDisabled) {
      write(Mutation.clear(range.begin(), range.end()), conflict);
      return;
    }
    writes.clear(range, conflict);
    fireWatches(range, null, true);
  }

  private void checkWritable(byte[] key) {
    if (Keys.compare(key, settings.maxWriteKey()) >= 0) {
      throw FdbError.KEY_OUTSIDE_LEGAL_RANGE.exception();
    }
  }

  private static void checkSizes(byte[] key, byte[] value) {
    if (key.length > Keys.writeSizeLimit(key)) {
      throw FdbError.KEY_TOO_LARGE.exception();
    }
    if (value.length > Keys.VALUE_SIZE_LIMIT) {
      throw FdbError.VALUE_TOO_LARGE.exception();
    }
  }

  private void write(Mutation mutation, boolean conflict) {
    tr.mutate(mutation);
    if (conflict) {
      boolean range = mutation.operation() == Operation.CLEAR_RANGE;
      tr.addWriteConflict(
          range ? new KeyRange(mutation.key(), mutation.param()) : KeyRange.of(mutation.key()));
    }
  }

  /**
   * Watches a key from the value that this transaction sees; it fires when the value is another.
   */
  void watch(Watch watch) {
    watches.computeIfAbsent(watch.key(), key -> new ArrayList<>(1)).add(watch);
  }

  /**
   * Whether a key's value is known without a read of the database.
   *
   * @throws EmbeddedException if the key cannot be watched
   */
  boolean knowsToWatch(byte[] key) {
    if (settings.readYourWritesDisabled) {
      throw FdbError.WATCHES_DISABLED.exception();
    }
    if (Keys.compare(key, settings.maxReadKey()) >= 0) {
      throw FdbError.KEY_OUTSIDE_LEGAL_RANGE.exception();
    }
    if (key.length > Keys.writeSizeLimit(key)) {
      throw FdbError.KEY_TOO_LARGE.exception();
    }
    ReadYourWritesCursor at = cursor(settings.bypassUnreadable);
    at.skip(key);
    return at.kind() != Kind.UNKNOWN;
  }

  /** The watches that have to be fired now. */
  List<Watch> takeFired() {
    if (fired.isEmpty()) {
      return List.of();
    }
    List<Watch> taken = List.copyOf(fired);
    fired.clear();
    return taken;
  }

  private void fireWatches(KeyRange range, byte @Nullable [] value, boolean valueKnown) {
    if (watches.isEmpty()) {
      return;
    }
    for (List<Watch> same : watches.subMap(range.begin(), range.end()).values()) {
      same.removeIf(
          watch -> {
            boolean changed = !valueKnown || !Arrays.equals(watch.value(), value);
            if (changed) {
              fired.add(watch);
            }
            return changed;
          });
    }
  }

  /** Hands everything over that a commit needs. */
  void passOnAll() {
    if (settings.readYourWritesDisabled) {
      return;
    }
    passOn(new KeyRange(Keys.BEGIN, Keys.END));
    readConflicts.ranges().forEach(tr::addReadConflict);
  }

  /**
   * Hands over what was done in a range: the clears first, as a key can be both cleared and set.
   */
  private void passOn(KeyRange range) {
    passOnClears(range);
    byte[] conflictBegin = null;
    WriteCursor at = writes.cursor(range.begin());
    for (; Keys.less(at.beginKey(), range.end()); at.next()) {
      if (at.isConflict() && conflictBegin == null) {
        conflictBegin = Keys.max(range.begin(), at.beginKey());
      } else if (!at.isConflict() && conflictBegin != null) {
        tr.addWriteConflict(new KeyRange(conflictBegin, at.beginKey()));
        conflictBegin = null;
      }
      if (at.isOperation()) {
        passOn(at.beginKey(), at.entry().stack());
      }
    }
    if (conflictBegin != null) {
      tr.addWriteConflict(new KeyRange(conflictBegin, range.end()));
    }
  }

  private void passOnClears(KeyRange range) {
    byte[] clearBegin = null;
    WriteCursor at = writes.cursor(range.begin());
    for (; Keys.less(at.beginKey(), range.end()); at.next()) {
      if (at.isCleared() && clearBegin == null) {
        clearBegin = Keys.max(range.begin(), at.beginKey());
      } else if (!at.isCleared() && clearBegin != null) {
        tr.mutate(Mutation.clear(clearBegin, at.beginKey()));
        clearBegin = null;
      }
    }
    if (clearBegin != null) {
      tr.mutate(Mutation.clear(clearBegin, range.end()));
    }
  }

  private void passOn(byte[] key, OperationStack stack) {
    for (OperationStack.Entry entry : stack.entries()) {
      byte[] value = entry.value();
      tr.mutate(
          value == null
              ? Mutation.clear(key, Keys.after(key))
              : new Mutation(entry.operation(), key, value));
    }
  }
}
