package io.github.grpconce.embedded.internal.ryw;

import io.github.grpconce.embedded.internal.key.KeyRange;
import io.github.grpconce.embedded.internal.key.Keys;
import io.github.grpconce.embedded.internal.key.Mutation;
import io.github.grpconce.embedded.internal.nativeapi.NativeTransaction;

/** Hands what a transaction wrote over to the transaction as the database sees it. */
final class HandOver {
  private final WriteMap writes;
  private final NativeTransaction tr;

  HandOver(WriteMap writes, NativeTransaction tr) {
    this.writes = writes;
    this.tr = tr;
  }

  /**
   * Hands over what was done in a range: the clears first, as a key can be both cleared and set.
   */
  void range(KeyRange range) {
    clears(range);
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
        operations(at.beginKey(), at.entry().stack());
      }
    }
    if (conflictBegin != null) {
      tr.addWriteConflict(new KeyRange(conflictBegin, range.end()));
    }
  }

  private void clears(KeyRange range) {
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

  private void operations(byte[] key, OperationStack stack) {
    for (OperationStack.Entry entry : stack.entries()) {
      byte[] value = entry.value();
      tr.mutate(
          value == null
              ? Mutation.clear(key, Keys.after(key))
              : new Mutation(entry.operation(), key, value));
    }
  }
}
