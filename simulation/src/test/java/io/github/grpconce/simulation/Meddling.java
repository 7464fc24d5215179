package io.github.grpconce.simulation;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.Transaction;
import com.apple.foundationdb.subspace.Subspace;
import com.google.protobuf.InvalidProtocolBufferException;
import io.github.grpconce.v1.Record;

/** A defect that meddles with the transactions of the guard and the handlers. */
abstract class Meddling extends Defect {

  private Subspace records;

  @Override
  final Database store(Database store, Subspace recordsSubspace) {
    records = recordsSubspace;
    return MeddledTransaction.database(store, begun -> meddle(begun).proxy());
  }

  abstract MeddledTransaction meddle(Transaction begun);

  /** Whether the guard wrote it, and not a handler. */
  final boolean isGuards(byte[] key) {
    return records.contains(key);
  }

  final boolean isRecord(byte[] key) {
    return isOfKind('t', key) || isOfKind('o', key);
  }

  final boolean isLease(byte[] key) {
    return isOfKind('l', key);
  }

  private boolean isOfKind(char kind, byte[] key) {
    return records.contains(key) && key[records.getKey().length] == kind;
  }

  /** Returns what a record's value says; nothing, if it can't be read. */
  static Record parse(byte[] value) {
    try {
      return Record.parseFrom(value);
    } catch (InvalidProtocolBufferException e) {
      return Record.getDefaultInstance();
    }
  }
}
