package io.github.grpconce.internal.record;

import com.apple.foundationdb.KeyValue;
import com.apple.foundationdb.Range;
import com.apple.foundationdb.ReadTransaction;
import io.github.grpconce.UnreadableRecordException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Finds out whether a subspace holds keys that aren't the guard's own. Whoever wrote them would
 * find some of them swept, and others taken for records.
 *
 * <p>It costs a few reads, however much there is. Where nothing was recorded yet, whatever is there
 * is looked at; later, what stands before, between and behind the guard's own kinds of keys.
 * Others' keys that begin as the guard's do can't be told apart then.
 */
final class OtherKeys {

  /** Of what is there before anything is recorded, so many are looked at. */
  private static final int SOME = 10;

  private OtherKeys() {}

  /**
   * Refuses a subspace that holds other keys. Snapshot reads: nothing else depends on them.
   *
   * @return fails with {@link UnreadableRecordException} if it does
   */
  static CompletableFuture<Void> refuse(
      ReadTransaction transaction, RecordKeys keys, boolean formatWritten) {
    ReadTransaction snapshot = transaction.snapshot();
    return formatWritten
        ? refuse(keys, keys.foreign(), range -> snapshot.getRange(range, 1).asList())
        : refuse(keys, List.of(keys.all()), range -> snapshot.getRange(range, SOME).asList());
  }

  /** Reads a few of a range's keys. */
  private interface Reads {
    CompletableFuture<List<KeyValue>> few(Range range);
  }

  private static CompletableFuture<Void> refuse(RecordKeys keys, List<Range> ranges, Reads reads) {
    // All at once, so that it takes no longer than one of them.
    List<CompletableFuture<List<KeyValue>>> found = new ArrayList<>();
    ranges.forEach(range -> found.add(reads.few(range)));
    CompletableFuture<Void> checked = CompletableFuture.completedFuture(null);
    for (CompletableFuture<List<KeyValue>> each : found) {
      checked = checked.thenCombine(each, (before, some) -> checked(keys, some));
    }
    return checked;
  }

  @SuppressWarnings("NullAway") // There is no other value of this type.
  private static Void checked(RecordKeys keys, List<KeyValue> some) {
    if (!some.stream().allMatch(each -> keys.isOwn(each.getKey()))) {
      throw new UnreadableRecordException(
          "the subspace "
              + keys.name()
              + " holds other keys than the guard's: give the guard a subspace of its own, to which"
              + " nobody else writes");
    }
    return null;
  }
}
