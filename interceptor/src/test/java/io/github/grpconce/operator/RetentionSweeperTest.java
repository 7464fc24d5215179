package io.github.grpconce.operator;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.grpconce.RequestId;
import io.github.grpconce.UnreadableRecordException;
import io.github.grpconce.internal.record.DatabaseView;
import io.github.grpconce.internal.record.Lookup;
import io.github.grpconce.internal.record.RecordKeys;
import io.github.grpconce.internal.record.RecordStore;
import io.github.grpconce.teststore.StoreTest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** What is forgotten, and when. */
@StoreTest
class RetentionSweeperTest {

  private static final Duration DAY = Duration.ofHours(24);
  private static final Duration BUCKET = Duration.ofMillis(1 << RecordKeys.TIME_BUCKET_SHIFT);

  /** A bucket of versions, FoundationDB's five seconds, and the seconds that a round takes. */
  private static final Duration SLACK = Duration.ofMinutes(19);

  private static final int TOO_LARGE_FOR_ONE_VALUE = 200_000;

  private final RecordStore store = new RecordStore();

  private Swept sweep(Duration retention) {
    return store.time.join(store.sweeper(retention).build().sweepOnce());
  }

  @Test
  void timeBearingId_isRefusedFromTheRetentionOn() {
    RequestId exactlyAsOld = store.timeBearingId();
    store.time.advance(Duration.ofMillis(1));
    RequestId younger = store.timeBearingId();

    store.time.advance(DAY.minusMillis(1));
    Swept swept = sweep(DAY);

    assertEquals(exactlyAsOld.time().orElseThrow(), swept.horizon());
    assertEquals(new Lookup.Expired(swept.horizon()), store.find(exactlyAsOld));
    assertInstanceOf(Lookup.Absent.class, store.find(younger));
  }

  @Test
  void timeBearingRecords_areClearedWithTheirBuckets() {
    for (int i = 0; i < 20; i++) {
      store.executed(store.timeBearingId());
    }
    store.executed(store.timeBearingId(), TOO_LARGE_FOR_ONE_VALUE);
    assertEquals(24, store.count('t'));

    store.time.advance(DAY.plus(BUCKET));
    RequestId young = store.executed(store.timeBearingId());
    Swept swept = sweep(DAY);

    assertEquals(1, store.count('t'));
    assertInstanceOf(Lookup.Found.class, store.find(young));
    assertTrue(swept.rangesCleared() > 1 && swept.rangesCleared() <= 21, swept::toString);
    assertEquals(0, sweep(DAY).rangesCleared());
  }

  @Test
  void recordInABucketThatTheHorizonCuts_countsUntilItIsClearedWhenTheBucketIsOver() {
    long bucketMillis = BUCKET.toMillis();
    long intoBucket = store.now().toEpochMilli() % bucketMillis;
    store.time.advance(Duration.ofMillis(bucketMillis - intoBucket));
    RequestId id = store.executed(store.timeBearingId());

    store.time.advance(DAY);
    sweep(DAY);
    assertInstanceOf(Lookup.Found.class, store.find(id));
    assertEquals(1, store.count('t'));

    store.time.advance(BUCKET);
    sweep(DAY);
    assertInstanceOf(Lookup.Expired.class, store.find(id));
    assertEquals(0, store.count('t'));
  }

  @Test
  void lengthenedRetention_holdsOnceTheTimeHasCaughtUp() {
    store.time.advance(DAY);
    Instant before = sweep(Duration.ofHours(1)).horizon();

    store.time.advance(Duration.ofMinutes(30));
    assertEquals(before, sweep(Duration.ofHours(2)).horizon());

    store.time.advance(Duration.ofMinutes(40));
    Instant wanted = store.now().minus(Duration.ofHours(2));
    assertTrue(wanted.isAfter(before));
    assertEquals(wanted, sweep(Duration.ofHours(2)).horizon());
  }

  @Test
  void shortenedRetention_holdsAtOnce() {
    RequestId id = store.executed(store.timeBearingId());
    store.time.advance(Duration.ofHours(2));
    sweep(Duration.ofHours(20));
    assertInstanceOf(Lookup.Found.class, store.find(id));

    sweep(Duration.ofHours(1));
    assertInstanceOf(Lookup.Expired.class, store.find(id));
    assertEquals(0, store.count('t'));
  }

  @Test
  void opaqueRecord_isKeptForTheRetention_andForgottenSoonAfter() {
    RequestId id = store.executed(store.opaqueId(), TOO_LARGE_FOR_ONE_VALUE);

    store.time.advance(DAY);
    assertEquals(0, sweep(DAY).opaqueRecordsRemoved());
    assertInstanceOf(Lookup.Found.class, store.find(id));

    store.time.advance(SLACK);
    assertEquals(1, sweep(DAY).opaqueRecordsRemoved());
    assertInstanceOf(Lookup.Absent.class, store.find(id));
    assertEquals(0, store.count('o') + store.count('x'));
  }

  @Test
  void opaqueIdExecutedAgain_isRememberedForAnotherRetention() {
    RequestId id = store.executed(store.opaqueId());
    store.time.advance(DAY.plus(SLACK));
    sweep(DAY);
    store.executed(id);

    store.time.advance(DAY);
    sweep(DAY);
    assertInstanceOf(Lookup.Found.class, store.find(id));

    store.time.advance(SLACK);
    sweep(DAY);
    assertInstanceOf(Lookup.Absent.class, store.find(id));
  }

  @Test
  void executionsInProgress_areKeptUntilTheyAreResolved() {
    RequestId opaque = store.executed(store.opaqueId());
    RequestId timeBearing = store.executed(store.timeBearingId(), TOO_LARGE_FOR_ONE_VALUE);
    for (int i = 0; i < 600; i++) {
      store.executed(store.timeBearingId());
    }
    store.beginExecution(opaque);
    store.beginExecution(timeBearing);

    store.time.advance(DAY.plus(SLACK));
    sweep(DAY);
    assertEquals(4, store.count('t'), "the record and its three parts");
    assertEquals(1, store.count('o'));
    assertEquals(1, store.count('x'));

    store.endExecution(opaque);
    store.endExecution(timeBearing);
    sweep(DAY);
    assertEquals(0, store.count('t') + store.count('o') + store.count('x'));
  }

  @Test
  void manyOpaqueRecords_areRemovedInBoundedTransactions() {
    int records = 2_000;
    int batch = 3;
    List<RequestId> ids = new ArrayList<>();
    for (int i = 0; i < records; i++) {
      ids.add(store.executed(store.opaqueId()));
    }
    List<RequestId> inProgress = ids.subList(0, 900);
    inProgress.forEach(store::beginExecution);
    store.time.advance(DAY.plus(SLACK));

    LargestTransaction largest = new LargestTransaction();
    RetentionSweeper sweeper =
        store.sweeper(DatabaseView.of(store.database, largest), DAY).batch(batch).build();
    Swept swept = store.time.join(sweeper.sweepOnce());

    assertEquals(records - inProgress.size(), swept.opaqueRecordsRemoved());
    assertEquals(inProgress.size(), store.count('o'));
    assertEquals(2 * batch, largest.clears);
  }

  /** Counts the most clears that a transaction makes. */
  private static final class LargestTransaction implements DatabaseView.Observer {

    private int clears;
    private int current;

    @Override
    public Object around(DatabaseView.Operation operation) {
      switch (operation.name()) {
        case "clear" -> clears = Math.max(clears, ++current);
        case "commit" -> current = 0;
        default -> {}
      }
      return operation.proceed();
    }
  }

  @Test
  void unknownFormat_isNotTouched() {
    store.executed(store.timeBearingId());
    store.write(tr -> tr.set(store.keys.format(), new byte[] {0, 0, 0, 2}));
    store.time.advance(DAY.plus(SLACK));

    CompletionException failure = assertThrows(CompletionException.class, () -> sweep(DAY));

    assertInstanceOf(UnreadableRecordException.class, failure.getCause());
    assertEquals(1, store.count('t'));
    assertEquals(0, store.count('h'));
  }

  @Test
  void extremeSettings_areAccepted() {
    RetentionSweeperBuilder builder = store.sweeper(DAY);
    for (Duration length : List.of(Duration.ofNanos(1), Duration.ofDays(36_525))) {
      assertDoesNotThrow(() -> builder.retention(length).pause(length));
    }
    assertDoesNotThrow(() -> builder.batch(1).batch(1_000));
  }

  @Test
  void impossibleSettings_areRefused() {
    RetentionSweeperBuilder builder = store.sweeper(DAY);
    assertThrows(IllegalArgumentException.class, () -> builder.retention(Duration.ZERO));
    assertThrows(IllegalArgumentException.class, () -> builder.retention(Duration.ofDays(40_000)));
    assertThrows(IllegalArgumentException.class, () -> builder.pause(Duration.ofSeconds(-1)));
    assertThrows(IllegalArgumentException.class, () -> builder.pause(Duration.ofDays(40_000)));
    assertThrows(IllegalArgumentException.class, () -> builder.batch(0));
    assertThrows(IllegalArgumentException.class, () -> builder.batch(1_001));
  }
}
