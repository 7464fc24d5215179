package io.github.grpconce.embedded.internal.ryw;

import io.github.grpconce.embedded.internal.key.Keys;
import io.github.grpconce.embedded.internal.ryw.WriteMap.Entry;
import io.github.grpconce.embedded.internal.ryw.WriteMap.Flags;

/**
 * A position in a {@link WriteMap}: either a key to which something is done, or a range between
 * such keys. Any change of the map makes it void.
 */
final class WriteCursor {
  private final WriteMap map;
  private Entry entry;
  private Entry next;

  /** Whether this is the range behind the entry's key. */
  private boolean behind;

  /** A cursor at the segment that contains the key. */
  WriteCursor(WriteMap map, byte[] key) {
    this.map = map;
    skip(key);
  }

  private WriteCursor(WriteCursor other) {
    this.map = other.map;
    this.entry = other.entry;
    this.next = other.next;
    this.behind = other.behind;
  }

  WriteCursor copy() {
    return new WriteCursor(this);
  }

  /** Moves to the segment that contains the key. */
  void skip(byte[] key) {
    next = map.higher(key);
    entry = map.lower(next.key());
    behind = entry.stack().isEmpty() || !Keys.equal(entry.key(), key);
  }

  void next() {
    if (!behind && !Keys.isAfter(next.key(), entry.key())) {
      behind = true;
    } else {
      entry = next;
      next = map.higher(entry.key());
      behind = entry.stack().isEmpty();
    }
  }

  void previous() {
    if (behind && !entry.stack().isEmpty()) {
      behind = false;
    } else {
      next = entry;
      entry = map.lower(next.key());
      behind = entry.stack().isEmpty() || !Keys.isAfter(next.key(), entry.key());
    }
  }

  Entry entry() {
    return entry;
  }

  byte[] beginKey() {
    return behind && !entry.stack().isEmpty() ? Keys.after(entry.key()) : entry.key();
  }

  byte[] endKey() {
    return behind ? next.key() : Keys.after(entry.key());
  }

  @SuppressWarnings("ReferenceEquality") // the map has each entry once
  boolean isSameAs(WriteCursor other) {
    return behind == other.behind && entry == other.entry;
  }

  boolean isOperation() {
    return !behind;
  }

  boolean isCleared() {
    return behind && entry.following().cleared();
  }

  boolean isUnmodified() {
    return behind && !entry.following().cleared();
  }

  boolean isConflict() {
    return behind ? entry.following().conflict() : entry.conflict();
  }

  boolean isUnreadable() {
    return behind ? entry.following().unreadable() : entry.unreadable();
  }

  /**
   * Whether the operation here gives the same whatever the key contained before the transaction.
   */
  boolean isIndependent() {
    return entry.following().cleared() || !entry.stack().isDependent();
  }

  /** Whether an operation here has to see the key's value first. */
  boolean isDependentOperation() {
    return !behind && entry.stack().isDependent();
  }

  /**
   * Whether reading here is a read of the database: nothing written, or written in dependence on
   * it.
   */
  boolean readsDatabase() {
    return isUnmodified() || (isOperation() && !isIndependent());
  }

  boolean isKeyAtBegin() {
    return !behind || entry.stack().isEmpty();
  }

  boolean isRangeOf(Flags flags) {
    return behind && flags.equals(flags());
  }

  Flags flags() {
    return new Flags(isCleared(), isConflict(), isUnreadable());
  }
}
