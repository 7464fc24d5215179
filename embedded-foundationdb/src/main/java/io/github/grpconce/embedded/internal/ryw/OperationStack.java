package io.github.grpconce.embedded.internal.ryw;

import io.github.grpconce.embedded.internal.key.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What one transaction does to one key: the operations that could not be merged into one, oldest
 * first.
 */
final class OperationStack {
  /**
   * One operation.
   *
   * @param value the operand; null, with {@link Operation#SET}, when the key is absent
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared, never a map's key
  record Entry(Operation operation, byte @Nullable [] value) {
    static final Entry ABSENT = new Entry(Operation.SET, null);

    byte[] operand() {
      return Objects.requireNonNull(value, "an operation without an operand");
    }

    /** The value afterwards; null if the key is absent. */
    byte @Nullable [] applyTo(byte @Nullable [] before) {
      return value == null ? null : operation.apply(before, value);
    }
  }

  /** No operation, and none can be added. */
  static final OperationStack NOTHING = new OperationStack(List.of());

  private final List<Entry> entries;

  private OperationStack(List<Entry> entries) {
    this.entries = entries;
  }

  OperationStack(Entry first) {
    this(new ArrayList<>(1));
    entries.add(first);
  }

  OperationStack copy() {
    return new OperationStack(new ArrayList<>(entries));
  }

  boolean isEmpty() {
    return entries.isEmpty();
  }

  List<Entry> entries() {
    return entries;
  }

  void push(Entry entry) {
    entries.add(entry);
  }

  /** Whether the result depends on what the key contained before. */
  boolean isDependent() {
    return !isEmpty() && !entries.get(0).operation().isIndependent();
  }

  /** Adds an atomic operation, merged with the last one if that is sure to give the same result. */
  void coalesce(Entry next) {
    Entry last = entries.get(entries.size() - 1);
    if (mustStack(last, next)) {
      entries.add(next);
    } else {
      entries.set(entries.size() - 1, new Entry(last.operation(), next.applyTo(last.value())));
    }
  }

  private static boolean mustStack(Entry last, Entry next) {
    if (last.operation() != next.operation()) {
      return last.operation().isAtomic();
    }
    return next.operation() == Operation.COMPARE_AND_CLEAR
        || (!next.operation().isAssociative() && last.operand().length != next.operand().length);
  }

  /** The key's value when it contained {@code before}; null if it is absent. */
  byte @Nullable [] resolve(byte @Nullable [] before) {
    byte[] value = before;
    for (Entry entry : entries) {
      value = entry.applyTo(value);
    }
    return value;
  }
}
