package io.github.grpconce.demo.runtime;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.KeyValue;
import com.apple.foundationdb.MutationType;
import com.apple.foundationdb.subspace.Subspace;
import com.apple.foundationdb.tuple.Tuple;
import io.github.grpconce.demo.handler.LittleEndianLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * How many attempts reached a service and how many of them were answered from a record, per method,
 * kept in the service's own store so that they outlive the process.
 *
 * <p>A count is one blind atomic addition in a transaction of its own: it conflicts with nothing,
 * and stands whatever becomes of the call. It is best effort: while the store doesn't answer,
 * nothing is counted; if a commit's result is unknown, an attempt can be counted twice.
 *
 * <p>Thread-safe.
 */
public final class AttemptJournal {

  /**
   * The counts of one method.
   *
   * @param attempts how many calls arrived
   * @param replays how many of them were answered from a record
   */
  public record Counts(long attempts, long replays) {

    private Counts plus(Counts more) {
      return new Counts(attempts + more.attempts, replays + more.replays);
    }
  }

  /** So long may a call wait for its count: a second's hiccup of the store, not an outage. */
  private static final long TIMEOUT_MILLIS = 2_000;

  private static final String ATTEMPTS = "attempts";
  private static final String REPLAYS = "replays";
  private static final byte[] ONE = LittleEndianLong.bytes(1);

  private final Database database;
  private final Subspace subspace;

  /**
   * Returns the journal of a store.
   *
   * @param subspace holds nothing else
   */
  public AttemptJournal(Database database, Subspace subspace) {
    this.database = database;
    this.subspace = subspace;
  }

  CompletableFuture<Void> countAttempt(String fullMethodName) {
    return add(subspace.pack(Tuple.from(fullMethodName, ATTEMPTS)));
  }

  CompletableFuture<Void> countReplay(String fullMethodName) {
    return add(subspace.pack(Tuple.from(fullMethodName, REPLAYS)));
  }

  /** Returns the counts by full method name, as of one moment. Blocks. */
  public SortedMap<String, Counts> read() {
    return database.read(
        transaction -> {
          SortedMap<String, Counts> counts = new TreeMap<>();
          for (KeyValue row : transaction.getRange(subspace.range()).asList().join()) {
            Tuple key = subspace.unpack(row.getKey());
            long count = LittleEndianLong.value(row.getValue());
            boolean replays = key.getString(1).equals(REPLAYS);
            Counts more = replays ? new Counts(0, count) : new Counts(count, 0);
            counts.merge(key.getString(0), more, Counts::plus);
          }
          return counts;
        });
  }

  private CompletableFuture<Void> add(byte[] key) {
    return database.runAsync(
        transaction -> {
          transaction.options().setTimeout(TIMEOUT_MILLIS);
          transaction.mutate(MutationType.ADD, key, ONE);
          return CompletableFuture.completedFuture(null);
        });
  }
}
