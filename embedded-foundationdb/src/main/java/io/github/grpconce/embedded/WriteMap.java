package io.github.grpconce.embedded;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
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
    WriteCursor cursor = new WriteCursor(this);
    cursor.skip(key);
    return cursor;
  }

  private void put(Entry entry) {
    entries.put(entry.key(), entry);
  }

  Entry first() {
    return present(entries.firstEntry());
  }

  Entry lower(byte[] key) {
    return present(entries.lowerEntry(key));
  }

  Entry higher(byte[] key) {
    return present(entries.higherEntry(key));
  }

  Entry last() {
    return present(entries.lastEntry());
  }

  private static Entry present(Map.@Nullable Entry<byte[], Entry> found) {
    if (found == null) {
      throw new IllegalStateException("beyond the borders of the key space");
    }
    return found.getValue();
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
    if (addConflict) {
      cover(range, new Flags(true, true, false));
    } else {
      clearWithoutConflict(range);
    }
  }

  /** Makes a range unreadable, and forgets what was done there: that was passed on before. */
  void makeUnreadable(KeyRange range) {
    cover(range, new Flags(false, false, true));
  }

  /** Puts one state in the place of everything in a range. */
  private void cover(KeyRange range, Flags flags) {
    WriteCursor at = cursor(range.begin());
    boolean insertBegin = !at.isRangeOf(flags);
    at.skipTo(range.end());
    boolean borderAtEnd = Keys.equal(at.beginKey(), range.end());
    boolean sameBehind = borderAtEnd && at.isRangeOf(flags);
    boolean insertEnd = !at.isRangeOf(flags) && !(at.isKeyAtBegin() && borderAtEnd);
    Entry end = Entry.border(range.end(), at.flags());
    entries.subMap(range.begin(), insertBegin, range.end(), sameBehind).clear();
    if (insertBegin) {
      put(Entry.border(range.begin(), flags));
    }
    if (insertEnd) {
      put(end);
    }
  }

  private void clearWithoutConflict(KeyRange range) {
    WriteCursor at = cursor(range.begin());
    boolean insertBegin = !at.isCleared() || at.isUnreadable();
    boolean firstConflict = at.isConflict();
    boolean lastConflict = firstConflict;
    List<byte[]> changes = new ArrayList<>();
    if (insertBegin) {
      changes.add(range.begin());
    }
    while (Keys.less(at.endKey(), range.end())) {
      at.next();
      if (lastConflict != at.isConflict()) {
        changes.add(at.beginKey());
        lastConflict = at.isConflict();
      }
    }
    if (Keys.equal(at.endKey(), range.end())) {
      at.next();
    }
    boolean borderAtEnd = Keys.equal(at.beginKey(), range.end());
    boolean keyAtEnd = at.isKeyAtBegin() && borderAtEnd;
    boolean insertEnd =
        ((at.isUnmodified() || at.isUnreadable()) && !keyAtEnd)
            || (at.entry().conflict()
                && !at.entry().following().conflict()
                && borderAtEnd
                && !at.isKeyAtBegin());
    boolean sameBehind =
        at.isCleared() && borderAtEnd && at.isConflict() == lastConflict && !at.isUnreadable();
    Entry end = Entry.border(range.end(), at.flags());
    entries.subMap(range.begin(), insertBegin, range.end(), sameBehind).clear();
    boolean conflict = insertBegin == firstConflict;
    for (byte[] change : changes) {
      put(Entry.border(change, new Flags(true, conflict, false)));
      conflict = !conflict;
    }
    if (insertEnd) {
      put(end);
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
