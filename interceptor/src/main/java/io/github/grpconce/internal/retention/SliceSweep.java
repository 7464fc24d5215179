package io.github.grpconce.internal.retention;

import com.apple.foundationdb.KeyValue;
import com.apple.foundationdb.Range;
import com.apple.foundationdb.ReadTransaction;
import com.apple.foundationdb.Transaction;
import io.github.grpconce.internal.record.Clearance;
import io.github.grpconce.internal.record.RecordKeys;
import io.github.grpconce.internal.record.SubspaceState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

/**
 * Forgets, in one transaction, what may be forgotten in one slice.
 *
 * <p>Records of executions in progress are kept, however old: what is half done has to be finished
 * by whoever recovers it, not forgotten. An ID before the horizon can't come into the list of them
 * any more, so a snapshot of the list is enough for the time-bearing ones.
 */
public final class SliceSweep {

  private final RecordKeys keys;
  private final Clearance clearance;
  private final int batch;

  /**
   * Makes the sweep of a round.
   *
   * @param batch the most opaque IDs' records that one transaction removes
   */
  public SliceSweep(RecordKeys keys, Clearance clearance, int batch) {
    this.keys = keys;
    this.clearance = clearance;
    this.batch = batch;
  }

  /**
   * Sweeps a slice as far as one transaction may.
   *
   * @param state the subspace's in this transaction
   */
  CompletableFuture<SliceSwept> sweep(Transaction transaction, SubspaceState state, Slice slice) {
    clearance.checkAgainst(state);
    // With a read conflict it commits within five seconds of its reads, or never.
    transaction.addReadConflictKey(keys.horizon());
    return recordsInProgress(transaction, slice)
        .thenCompose(
            kept ->
                clearTimeBearing(transaction, slice, kept)
                    .thenCombine(
                        oldEntries(transaction, state.version(), slice),
                        (cleared, entries) ->
                            new SliceSwept(
                                cleared,
                                removeOpaque(transaction, entries, kept),
                                rest(slice, entries))));
  }

  /** The keys of the records that are kept. */
  private CompletableFuture<SortedSet<byte[]>> recordsInProgress(
      ReadTransaction transaction, Slice slice) {
    return transaction
        .snapshot()
        .getRange(keys.executions(slice.leadingByte()))
        .asList()
        .thenApply(this::values);
  }

  /** Fails if an entry doesn't name its record: what can't be known isn't forgotten. */
  private SortedSet<byte[]> values(List<KeyValue> entries) {
    SortedSet<byte[]> values = new TreeSet<>(Arrays::compareUnsigned);
    for (KeyValue entry : entries) {
      byte[] unused = keys.hashOfExecution(entry.getKey(), entry.getValue());
      values.add(entry.getValue());
    }
    return values;
  }

  /** Clears what is there: to look costs less than clearing nothing, sweeper by sweeper. */
  private CompletableFuture<Integer> clearTimeBearing(
      Transaction transaction, Slice slice, SortedSet<byte[]> kept) {
    Range expired = keys.timeBearingBefore(slice.leadingByte(), clearance.endTimeBucket());
    List<CompletableFuture<Integer>> cleared = new ArrayList<>();
    for (Range range : RecordKeys.without(expired, kept)) {
      cleared.add(
          transaction
              .snapshot()
              .getRange(range, 1)
              .asList()
              .thenApply(first -> first.isEmpty() ? 0 : clear(transaction, range)));
    }
    return CompletableFuture.allOf(cleared.toArray(CompletableFuture<?>[]::new))
        .thenApply(all -> cleared.stream().mapToInt(CompletableFuture::join).sum());
  }

  private static int clear(Transaction transaction, Range range) {
    transaction.clear(range);
    return 1;
  }

  private CompletableFuture<List<KeyValue>> oldEntries(
      ReadTransaction transaction, long version, Slice slice) {
    Range old = keys.opaqueAgesBefore(slice.leadingByte(), clearance.endAgeBucket(version));
    return transaction.getRange(slice.restOf(old), batch).asList();
  }

  /**
   * Removes records with their entries in the age index.
   *
   * <p>A record and its entry come and go together, so that in every snapshot an entry's record is
   * the one that it was written with. The entries were read with conflicts: where another sweeper
   * was faster, and the ID has even been executed again since, this transaction does not commit.
   */
  private int removeOpaque(
      Transaction transaction, List<KeyValue> entries, SortedSet<byte[]> kept) {
    int removed = 0;
    for (KeyValue entry : entries) {
      byte[] hash = keys.hashOfAge(entry.getKey());
      byte[] record = keys.opaque(hash);
      if (!kept.contains(record)) {
        transaction.addReadConflictKey(keys.execution(hash));
        transaction.clear(entry.getKey());
        transaction.clear(Range.startsWith(record));
        removed++;
      }
    }
    return removed;
  }

  private Optional<Slice> rest(Slice slice, List<KeyValue> entries) {
    return entries.size() < batch
        ? Optional.empty()
        : Optional.of(slice.after(entries.get(entries.size() - 1).getKey()));
  }
}
