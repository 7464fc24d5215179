package io.github.grpconce.embedded.internal.binding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.FDBException;
import com.apple.foundationdb.KeyValue;
import com.apple.foundationdb.Range;
import com.apple.foundationdb.ReadTransaction;
import com.apple.foundationdb.StreamingMode;
import com.apple.foundationdb.Transaction;
import com.apple.foundationdb.async.AsyncIterator;
import com.apple.foundationdb.tuple.Tuple;
import io.github.grpconce.embedded.Awaited;
import io.github.grpconce.embedded.EmbeddedDatabase;
import io.github.grpconce.embedded.ErrorCode;
import io.github.grpconce.embedded.Fault;
import io.github.grpconce.embedded.FaultPlan;
import io.github.grpconce.embedded.VirtualTime;
import io.github.grpconce.teststore.OnEngineOnly;
import io.github.grpconce.teststore.StoreTest;
import io.github.grpconce.teststore.TestStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A range's rows one by one, as FoundationDB's Java binding gives them. */
@StoreTest
final class RangeIteratorTest {
  private static final int ROWS = 40;
  private static final Range ALL = Tuple.from("row").range();
  private static final int MINUS_ONE_IS_UNLIMITED = -1;

  private final VirtualTime time = new VirtualTime();
  private final FaultPlan faults = FaultPlan.seeded(1);
  private final Database database =
      TestStore.open(
          () ->
              EmbeddedDatabase.newBuilder().timeline(time).executor(time).faultPlan(faults).build(),
          time::nanoTime);
  private final Transaction tr = database.createTransaction();

  @BeforeEach
  void fill() {
    database.run(
        filling -> {
          IntStream.range(0, ROWS).forEach(n -> filling.set(key(n), new byte[20]));
          return null;
        });
  }

  @Test
  void rows_comeInOrderChunkByChunkEitherWay() {
    List<Integer> ascending = IntStream.range(0, ROWS).boxed().toList();
    List<Integer> descending = new ArrayList<>(ascending);
    Collections.reverse(descending);
    for (int limit : List.of(0, 1, 7, 30, ROWS, ROWS + 1)) {
      int rows = limit == 0 ? ROWS : Math.min(limit, ROWS);
      assertEquals(ascending.subList(0, rows), numbers(small(tr, limit, false)), "limit " + limit);
      assertEquals(descending.subList(0, rows), numbers(small(tr, limit, true)), "limit " + limit);
    }
  }

  @OnEngineOnly("a fault plan")
  @Test
  void rows_whoseAnswersTakeTime_areTheSame() {
    faults.at(FaultPlan.Step.READ).inject(Fault.latency(Duration.ofMillis(5)));
    AsyncIterator<KeyValue> rows = small(tr, 0, false);
    for (int n = 0; n < ROWS; n++) {
      assertTrue(Awaited.join(time, rows.onHasNext()));
      assertEquals(n, number(rows.next()));
    }
    assertFalse(Awaited.join(time, rows.onHasNext()));
    assertThrows(NoSuchElementException.class, rows::next);
  }

  @Test
  void remove_clearsTheRow_alsoOfASnapshot() {
    for (ReadTransaction reads : List.of(tr, tr.snapshot())) {
      AsyncIterator<KeyValue> rows = small(reads, 0, false);
      assertThrows(IllegalStateException.class, rows::remove);
      byte[] key = rows.next().getKey();
      rows.remove();
      assertNull(Awaited.join(time, tr.get(key)));
    }
    assertEquals(2, number(small(tr, 0, false).next()));
  }

  @OnEngineOnly("a fault plan")
  @Test
  void cancel_endsTheWaitForAChunk() {
    faults.unreach();
    AsyncIterator<KeyValue> rows = small(tr, 0, false);
    CompletableFuture<Boolean> waiting = rows.onHasNext();
    assertFalse(waiting.isDone());
    rows.cancel();
    assertTrue(waiting.isCancelled());
    assertThrows(CancellationException.class, rows::onHasNext);
    assertThrows(CancellationException.class, rows::next);
    faults.reach();
    time.runReady();
    assertTrue(waiting.isCancelled());
  }

  @OnEngineOnly("a fault plan")
  @Test
  void failure_isGivenAsItIs() {
    faults.at(FaultPlan.Step.READ).inject(Fault.error(1007));
    AtomicReference<Throwable> failure = new AtomicReference<>();
    CompletableFuture<Boolean> unused =
        small(tr, 0, false).onHasNext().whenComplete((more, error) -> failure.set(error));
    time.runReady();
    assertTrue(unused.isCompletedExceptionally());
    assertEquals(1007, assertInstanceOf(FDBException.class, failure.get()).getCode());
  }

  @Test
  void exactMode_withoutALimit_isRefusedHoweverThatIsSaid() {
    for (int limit : List.of(0, MINUS_ONE_IS_UNLIMITED)) {
      assertEquals(2210, code(tr.getRange(ALL, limit, false, StreamingMode.EXACT).asList()));
    }
    // A limit makes the list be read in one piece.
    assertEquals(2210, code(tr.getRange(ALL, MINUS_ONE_IS_UNLIMITED).asList()));
  }

  @Test
  void closedTransaction_saysSoWhateverElseIsWrong() {
    tr.close();
    assertThrows(
        IllegalStateException.class,
        () -> tr.getRange(ALL, 0, false, StreamingMode.EXACT).asList());
    assertThrows(IllegalStateException.class, () -> small(tr, 0, false));
  }

  @Test
  void minusOne_ofOtherModes_isOneChunk() {
    assertEquals(
        numbers(small(tr, MINUS_ONE_IS_UNLIMITED, false)).size(),
        Awaited.join(
                time, tr.getRange(ALL, MINUS_ONE_IS_UNLIMITED, false, StreamingMode.SMALL).asList())
            .size());
    assertTrue(numbers(small(tr, MINUS_ONE_IS_UNLIMITED, false)).size() < ROWS);
  }

  @Test
  void rangeSizes_ofAnInvertedRange_failTheirFutures() {
    assertEquals(2005, code(tr.getEstimatedRangeSizeBytes(ALL.end, ALL.begin)));
    assertEquals(2005, code(tr.getRangeSplitPoints(ALL.end, ALL.begin, 100)));
  }

  /** A cluster's client fails on an assertion of its own: 4100. */
  private static AsyncIterator<KeyValue> small(ReadTransaction reads, int limit, boolean reverse) {
    return reads.getRange(ALL, limit, reverse, StreamingMode.SMALL).iterator();
  }

  private static List<Integer> numbers(AsyncIterator<KeyValue> rows) {
    List<Integer> numbers = new ArrayList<>();
    rows.forEachRemaining(row -> numbers.add(number(row)));
    return numbers;
  }

  private static byte[] key(int number) {
    return Tuple.from("row", number).pack();
  }

  private static int number(KeyValue row) {
    return Math.toIntExact(Tuple.fromBytes(row.getKey()).getLong(1));
  }

  private int code(CompletableFuture<?> future) {
    return ErrorCode.of(time, future);
  }
}
