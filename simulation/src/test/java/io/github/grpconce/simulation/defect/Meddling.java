package io.github.grpconce.simulation.defect;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.Transaction;
import com.apple.foundationdb.subspace.Subspace;
import com.google.protobuf.InvalidProtocolBufferException;
import io.github.grpconce.v1.Record;
import java.util.Arrays;

/** A defect that meddles with the transactions of the guard and the handlers. */
abstract class Meddling extends Defect {

  /** A hash of 16 bytes, and for IDs that bear a time a bucket of four. */
  private static final int OPAQUE_BYTES = 16;

  private static final int TIME_BEARING_BYTES = 20;

  private Subspace records;

  @Override
  public final Database store(Database store, Subspace recordsSubspace) {
    records = recordsSubspace;
    return MeddledTransaction.database(store, begun -> meddle(begun).proxy());
  }

  abstract MeddledTransaction meddle(Transaction begun);

  /** Returns the key of the record that this key is of, or of something that belongs to it. */
  final byte[] recordOf(byte[] key) {
    int hashes = isOfKind('t', key) ? TIME_BEARING_BYTES : OPAQUE_BYTES;
    return Arrays.copyOf(key, Math.min(key.length, records.getKey().length + 1 + hashes));
  }

  /** Whether it is the key of a step that an execution has done. */
  final boolean isStep(byte[] key) {
    int end = recordOf(key).length;
    return isRecord(key) && key.length > end && key[end] == 's';
  }

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
