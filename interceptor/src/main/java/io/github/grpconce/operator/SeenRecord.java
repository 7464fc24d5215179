package io.github.grpconce.operator;

import static java.util.concurrent.CompletableFuture.completedFuture;
import static java.util.concurrent.CompletableFuture.failedFuture;

import com.apple.foundationdb.KeyValue;
import com.apple.foundationdb.ReadTransaction;
import com.google.protobuf.ByteString;
import io.github.grpconce.UnreadableRecordException;
import io.github.grpconce.internal.fingerprint.PartsDigest;
import io.github.grpconce.internal.record.RecordIdentity;
import io.github.grpconce.internal.record.RecordKeys;
import io.github.grpconce.internal.record.RecordParts;
import io.github.grpconce.v1.Record;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A record as a {@link RecordInspector} saw it: to be given back to a {@link RecordResolver}, which
 * does nothing if it isn't like that any more. It stays the same while an execution does its steps,
 * and changes when another one takes over.
 *
 * <p>Immutable and thread-safe.
 */
public final class SeenRecord {

  private final ByteString hash;
  private final ByteString key;

  /** Of all that is stored of it, readable or not. */
  private final ByteString digest;

  private final Optional<Record> record;

  private SeenRecord(ByteString hash, ByteString key, ByteString digest, Optional<Record> record) {
    this.hash = hash;
    this.key = key;
    this.digest = digest;
    this.record = record;
  }

  /**
   * Reads a record, with a read conflict.
   *
   * @param hash of its identity
   * @return empty if nothing is stored of it
   */
  static CompletableFuture<Optional<SeenRecord>> read(
      ReadTransaction transaction, ByteString hash, byte[] key) {
    CompletableFuture<Optional<Record>> record =
        RecordParts.read(transaction, key).exceptionallyCompose(SeenRecord::ifUnreadable);
    return transaction
        .getRange(RecordKeys.ownAndParts(key))
        .asList()
        .thenCombine(
            record,
            (stored, parsed) ->
                stored.isEmpty()
                    ? Optional.empty()
                    : Optional.of(
                        new SeenRecord(hash, ByteString.copyFrom(key), digest(stored), parsed)));
  }

  private static CompletableFuture<Optional<Record>> ifUnreadable(Throwable failure) {
    return UnreadableRecordException.caused(failure)
        ? completedFuture(Optional.empty())
        : failedFuture(failure);
  }

  private static ByteString digest(List<KeyValue> stored) {
    PartsDigest digest = new PartsDigest();
    stored.forEach(each -> digest.add(each.getKey()).add(each.getValue()));
    return digest.first(RecordIdentity.HASH_BYTES);
  }

  /** What is listed as an execution in progress, but has no record. */
  static SeenRecord missing(ByteString hash, byte[] key) {
    return new SeenRecord(hash, ByteString.copyFrom(key), digest(List.of()), Optional.empty());
  }

  /** Returns the record; empty if it can't be understood, or is missing although it is listed. */
  public Optional<Record> record() {
    return record;
  }

  ByteString hash() {
    return hash;
  }

  byte[] key() {
    return key.toByteArray();
  }

  /** Whether the same is stored in both. */
  boolean isLike(SeenRecord other) {
    return key.equals(other.key) && digest.equals(other.digest);
  }

  /** Leaves out the record, which says who asked for what. */
  @Override
  public String toString() {
    return "SeenRecord[" + HexFormat.of().formatHex(hash.toByteArray()) + "]";
  }
}
