package io.github.grpconce.internal.record;

import com.apple.foundationdb.ReadTransaction;
import com.apple.foundationdb.Transaction;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.github.grpconce.UnreadableRecordException;
import io.github.grpconce.v1.Record;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Stores a record in one value, or in several where it is too large: FoundationDB takes 100,000
 * bytes in one. Then the value under the record's own key says only how many parts there are.
 */
public final class RecordParts {

  /** The most bytes of one value: some way below FoundationDB's limit. */
  static final int VALUE_LIMIT = 90_000;

  /** No record has more: FoundationDB's transactions end at 10 MB. */
  static final int MAX_PARTS = 10_000_000 / VALUE_LIMIT + 1;

  private RecordParts() {}

  static void write(Transaction transaction, byte[] key, Record record) {
    ByteString bytes = record.toByteString();
    if (bytes.size() <= VALUE_LIMIT) {
      set(transaction, key, bytes.toByteArray());
      return;
    }
    int parts = (bytes.size() + VALUE_LIMIT - 1) / VALUE_LIMIT;
    for (int i = 0; i < parts; i++) {
      int end = Math.min(bytes.size(), (i + 1) * VALUE_LIMIT);
      transaction.set(RecordKeys.part(key, i), bytes.substring(i * VALUE_LIMIT, end).toByteArray());
    }
    Record head = Record.newBuilder().setFormat(record.getFormat()).setParts(parts).build();
    set(transaction, key, head.toByteArray());
  }

  /**
   * Writes what two executions must not both write: the conflict on its key is what makes them
   * exclude each other. It is added explicitly, because a handler may have asked for its next write
   * to conflict with nothing.
   */
  static void set(Transaction transaction, byte[] key, byte[] value) {
    transaction.set(key, value);
    transaction.addWriteConflictKey(key);
  }

  /** Reads a record under its own key; empty if there is none. */
  public static CompletableFuture<Optional<Record>> read(ReadTransaction transaction, byte[] key) {
    return readBelow(transaction, key).thenApply(found -> found.map(RecordParts::checked));
  }

  /** Reads what belongs to a record, under its own key; empty if there is nothing. */
  static CompletableFuture<Optional<Record>> readBelow(ReadTransaction transaction, byte[] key) {
    return transaction
        .get(key)
        .thenCompose(
            value ->
                value == null
                    ? CompletableFuture.completedFuture(Optional.empty())
                    : whole(transaction, key, value).thenApply(Optional::of));
  }

  /** Completes what was found under the record's own key. */
  static CompletableFuture<Record> complete(ReadTransaction transaction, byte[] key, byte[] value) {
    return whole(transaction, key, value).thenApply(RecordParts::checked);
  }

  private static CompletableFuture<Record> whole(
      ReadTransaction transaction, byte[] key, byte[] value) {
    Record head = parse(ByteString.copyFrom(value));
    if (head.getParts() == 0) {
      return CompletableFuture.completedFuture(head);
    }
    if (head.getParts() < 0 || head.getParts() > MAX_PARTS) {
      // Read as it is, a damaged number would ask for billions of parts.
      throw new UnreadableRecordException("a record has more parts than there can be");
    }
    List<CompletableFuture<byte[]>> parts = new ArrayList<>();
    for (int i = 0; i < head.getParts(); i++) {
      parts.add(transaction.get(RecordKeys.part(key, i)));
    }
    return CompletableFuture.allOf(parts.toArray(CompletableFuture<?>[]::new))
        .thenApply(all -> parse(concatenated(parts)));
  }

  /** Whoever finds neither outcome nor execution must not take the operation for not executed. */
  private static Record checked(Record record) {
    if (!record.hasFingerprint() || record.getStateCase() == Record.StateCase.STATE_NOT_SET) {
      throw new UnreadableRecordException("a record is damaged: it lacks what every record has");
    }
    return record;
  }

  private static ByteString concatenated(List<CompletableFuture<byte[]>> parts) {
    ByteString bytes = ByteString.EMPTY;
    for (CompletableFuture<byte[]> part : parts) {
      byte[] value = part.join();
      if (value == null) {
        throw new UnreadableRecordException("a record lacks one of its parts");
      }
      bytes = bytes.concat(ByteString.copyFrom(value));
    }
    return bytes;
  }

  private static Record parse(ByteString bytes) {
    Record record;
    try {
      record = Record.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new UnreadableRecordException("a record is damaged", e);
    }
    if (record.getFormat() != SubspaceState.FORMAT) {
      throw new UnreadableRecordException(
          "a record has format "
              + record.getFormat()
              + "; this version understands "
              + SubspaceState.FORMAT);
    }
    return record;
  }
}
