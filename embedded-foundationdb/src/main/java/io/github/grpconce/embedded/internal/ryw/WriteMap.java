package io.github.grpconce.embedded.internal.ryw;

import io.github.grpconce.embedded.internal.key.KeyRange;
import io.github.grpconce.embedded.internal.key.Keys;
import io.github.grpconce.embedded.internal.key.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What a transaction wrote and has not committed, and where it would conflict: FoundationDB's
 * structure of the same name.
 *
 * <p>An entry says what is done to its key and what holds for the keys behind it, up to the next
 * entry. Not thread-safe.
 */
final class WriteMap {
  /** What holds for a part of the key space. */
  record Flags(boolean cleared, boolean conflict, boolean unreadable) {
    static final Flags NONE = new Flags(false, false, false);

    Flags withConflict() {
      return new Flags(cleared, true, unreadable);
    }
  }

  /**
   * An entry.
   *
   * @param stack empty if nothing is done to the key itself, which then belongs to the keys behind
   * @param conflict whether the key itself conflicts
   * @param unreadable whether the key itself cannot be read
   * @param following what holds for the keys behind
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared, never a map's key
  record Entry(
      byte[] key, OperationStack stack, boolean conflict, boolean unreadable, Flags following) {
    static Entry border(byte[] key, Flags flags) {
      return new Entry(key, OperationStack.NOTHING, flags.conflict, flags.unreadable, flags);
    }

    private boolean conflictsThroughout() {
      return conflict && following.conflict();
    }

    private Entry conflictingThroughout() {
      return new Entry(key, stack, true, unreadable, following.withConflict());
    }
  }

  private static final Entry FIRST = Entry.border(Keys.BEGIN, Flags.NONE);
  private static final Entry LAST = Entry.border(Keys.END, Flags.NONE);
  private static final Entry AFTER_LAST = Entry.border(Keys.AFTER_END, Flags.NONE);

  private final NavigableMap<byte[], Entry> entries = new TreeMap<>(Keys.ORDER);
  private boolean empty = true;

  WriteMap() {
    put(FIRST);
    put(LAST);
    put(AFTER_LAST);
  }

  boolean isEmpty() {
    return empty;
  }

  WriteCursor cursor(byte[] key) {
    return new WriteCursor(this, key);
  }

  private void put(Entry entry) {
    entries.put(entry.key(), entry);
  }

  Entry lower(byte[] key) {
    return present(entries.lowerEntry(key));
  }

  Entry higher(byte[] key) {
    return present(entries.higherEntry(key));
  }

  private static Entry present(Map.@Nullable Entry<byte[], Entry> found) {
    return Objects.requireNonNull(found, "beyond the borders of the key space").getValue();
  }

  /** Adds an operation on a key. One without a conflict leaves an earlier operation's conflict. */
  void mutate(byte[] key, Operation operation, byte[] operand, boolean addConflict) {
    empty = false;
    WriteCursor at = cursor(key);
    Entry found = at.entry();
    boolean stamped =
        operation == Operation.SET_VERSIONSTAMPED_KEY
            || operation == Operation.SET_VERSIONSTAMPED_VALUE;
    boolean conflict = addConflict || at.isConflict();
    boolean unreadable = at.isUnreadable() || stamped;
    OperationStack.Entry next = new OperationStack.Entry(operation, operand);
    OperationStack stack =
        Keys.equal(found.key(), key)
            ? restacked(at, next, unreadable)
            : stackFor(at.isCleared(), next);
    put(new Entry(key, stack, conflict, unreadable, found.following()));
  }

  /** What is done to a key to which nothing was done before, save perhaps a clear. */
  private static OperationStack stackFor(boolean cleared, OperationStack.Entry next) {
    if (!cleared || next.operation().isIndependent()) {
      return new OperationStack(next);
    }
    OperationStack stack = new OperationStack(OperationStack.Entry.ABSENT);
    stack.coalesce(next);
    return stack;
  }

  private static OperationStack restacked(
      WriteCursor at, OperationStack.Entry next, boolean unreadable) {
    Operation operation = next.operation();
    boolean replaces =
        operation == Operation.SET || operation == Operation.SET_VERSIONSTAMPED_VALUE;
    if (replaces && !at.isUnreadable()) {
      return new OperationStack(next);
    }
    OperationStack stack = at.entry().stack().copy();
    if (stack.isEmpty()) {
      return stackFor(at.isCleared(), next);
    }
    if (unreadable) {
      stack.push(next);
    } else {
      stack.coalesce(next);
    }
    return stack;
  }

  /** Clears a range. Without a conflict, what conflicted in it before goes on to do so. */
  void clear(KeyRange range, boolean addConflict) {
    empty = false;
    cover(range, before -> new Flags(true, addConflict || before.conflict(), false));
  }

  /** Makes a range unreadable, and forgets what was done there: that was passed on before. */
  void makeUnreadable(KeyRange range) {
    cover(range, before -> new Flags(false, false, true));
  }

  /**
   * Puts states in the place of everything in a range. Borders come and go as in FoundationDB,
   * which counts reads by them: the one at the begin is there even if the state before is the same.
   */
  private void cover(KeyRange range, UnaryOperator<Flags> state) {
    WriteCursor at = cursor(range.begin());
    Flags flags = state.apply(at.flags());
    boolean begins = !at.isRangeOf(flags);
    List<Entry> borders = new ArrayList<>(2);
    if (begins) {
      borders.add(Entry.border(range.begin(), flags));
    }
    while (Keys.less(at.endKey(), range.end())) {
      at.next();
      Flags next = state.apply(at.flags());
      if (!next.equals(flags)) {
        borders.add(Entry.border(at.beginKey(), next));
        flags = next;
      }
    }
    if (Keys.equal(at.endKey(), range.end())) {
      at.next();
    }
    boolean goesOn = at.isRangeOf(flags);
    Entry behind = Entry.border(range.end(), at.flags());
    entries.subMap(range.begin(), begins, range.end(), goesOn).clear();
    borders.forEach(this::put);
    if (!goesOn) {
      entries.putIfAbsent(range.end(), behind);
    }
  }

  /** Makes a range conflict, whatever is done in it. */
  void addConflict(KeyRange range) {
    empty = false;
    WriteCursor at = cursor(range.begin());
    List<Entry> changed = new ArrayList<>();
    if (!at.entry().conflictsThroughout()) {
      Entry entry = at.entry();
      OperationStack stack = at.isOperation() ? entry.stack() : OperationStack.NOTHING;
      Flags flags = entry.following().withConflict();
      changed.add(new Entry(range.begin(), stack, true, entry.unreadable(), flags));
    }
    while (Keys.less(at.endKey(), range.end())) {
      at.next();
      if (at.isKeyAtBegin() && !at.entry().conflictsThroughout()) {
        changed.add(at.entry().conflictingThroughout());
      }
    }
    if (!at.entry().conflictsThroughout()) {
      Entry entry = at.entry();
      at.next();
      if (!at.isKeyAtBegin() || !Keys.equal(at.beginKey(), range.end())) {
        Flags flags = new Flags(entry.following().cleared(), false, entry.following().unreadable());
        changed.add(
            new Entry(range.end(), OperationStack.NOTHING, false, entry.unreadable(), flags));
      }
    }
    changed.forEach(this::put);
  }
}
