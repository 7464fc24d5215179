package io.github.grpconce.internal.retention;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.apple.foundationdb.Range;
import com.apple.foundationdb.Transaction;
import io.github.grpconce.RequestId;
import io.github.grpconce.internal.record.Clearance;
import io.github.grpconce.internal.record.DatabaseView;
import io.github.grpconce.internal.record.Lookup;
import io.github.grpconce.internal.record.RecordStore;
import io.github.grpconce.internal.record.SubspaceState;
import io.github.grpconce.operator.RetentionSweeper;
import io.github.grpconce.operator.Swept;
import io.github.grpconce.teststore.StoreTest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Sweepers, and what happens to the store at the same time. */
@StoreTest
class RetentionRacesTest {

  private static final Duration DAY = Duration.ofHours(24);

  /** A bucket of versions, FoundationDB's five seconds, and the seconds that a round takes. */
  private static final Duration SLACK = Duration.ofMinutes(19);

  private final RecordStore store = new RecordStore();

  @Test
  void opaqueIdExecutedAgain_whileASlowSweeperCommitsTheRemovalOfItsOldRecord_isRemembered() {
    RequestId id = store.executed(store.opaqueId());
    store.time.advance(DAY.plus(SLACK));
    ForgottenAndExecutedAgain race = new ForgottenAndExecutedAgain(id);
    RetentionSweeper slow = store.sweeper(DatabaseView.of(store.database, race), DAY).build();

    Swept swept = store.time.join(slow.sweepOnce());

    assertTrue(race.happened);
    assertEquals(0, swept.opaqueRecordsRemoved());
    assertInstanceOf(Lookup.Found.class, store.find(id));
  }

  /** Happens when a sweeper is about to commit the removal of an opaque ID's record. */
  private final class ForgottenAndExecutedAgain implements DatabaseView.Observer {

    private final RequestId id;
    private boolean removing;
    private boolean happened;

    ForgottenAndExecutedAgain(RequestId id) {
      this.id = id;
    }

    @Override
    public Object around(DatabaseView.Operation operation) {
      removing |= operation.name().equals("clear");
      if (operation.name().equals("commit") && removing && !happened) {
        happened = true;
        return operation.proceedAfter(
            store
                .begin(this::forget)
                .thenCompose(forgotten -> store.begin(tr -> store.execute(tr, id, 10))));
      }
      return operation.proceed();
    }

    /** As another sweeper does. */
    private CompletableFuture<Void> forget(Transaction tr) {
      tr.clear(Range.startsWith(RecordStore.prefix('x')));
      tr.clear(Range.startsWith(store.keys.record(RecordStore.identity(id))));
      return CompletableFuture.completedFuture(null);
    }
  }

  @Test
  void severalSweepersAtOnce_forgetEverythingOnce() {
    for (int i = 0; i < 300; i++) {
      store.executed(store.opaqueId());
      store.executed(store.timeBearingId());
    }
    store.time.advance(DAY.plus(SLACK));

    List<CompletableFuture<Swept>> rounds = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      rounds.add(store.sweeper(DAY).batch(1).build().sweepOnce());
    }
    long removed = 0;
    for (CompletableFuture<Swept> round : rounds) {
      removed += store.time.join(round).opaqueRecordsRemoved();
    }

    assertEquals(300, removed);
    assertEquals(0, store.count('t') + store.count('o') + store.count('x'));
  }

  @Test
  void clear_waitsUntilEverybodyMindsTheHorizon() {
    store.executed(store.timeBearingId());
    store.time.advance(DAY.plus(SLACK));
    long before = store.in(Transaction::getReadVersion);
    VersionOfFirstClear first = new VersionOfFirstClear();

    store.time.join(store.sweeper(DatabaseView.of(store.database, first), DAY).build().sweepOnce());

    long waited = first.version - before;
    long leastWait = SubspaceState.ALLOWED_AGE + Clearance.TRANSACTION_LIFE;
    assertTrue(waited > leastWait, () -> waited + " versions");
    assertTrue(waited < leastWait + 1_000_000, () -> waited + " versions");
  }

  /** Asks for the read version of the first transaction that clears something. */
  private static final class VersionOfFirstClear implements DatabaseView.Observer {

    private CompletableFuture<?> readVersion;
    private long version;

    @Override
    public Object around(DatabaseView.Operation operation) {
      Object result = operation.proceed();
      if (operation.name().equals("getReadVersion")) {
        readVersion = (CompletableFuture<?>) result;
      }
      if (operation.name().equals("clear") && version == 0) {
        version = (Long) readVersion.join();
      }
      return result;
    }
  }

  @Test
  void horizonThatWentBackDuringARound_endsTheRound() {
    store.executed(store.timeBearingId());
    store.time.advance(DAY.plus(SLACK));
    AtomicInteger commits = new AtomicInteger();
    DatabaseView.Observer restore =
        operation ->
            operation.name().equals("commit") && commits.incrementAndGet() == 3
                ? operation.proceedAfter(store.begin(this::restoreBackup))
                : operation.proceed();
    RetentionSweeper sweeper = store.sweeper(DatabaseView.of(store.database, restore), DAY).build();

    CompletionException failure =
        assertThrows(CompletionException.class, () -> store.time.join(sweeper.sweepOnce()));

    assertInstanceOf(IllegalStateException.class, failure.getCause());
    assertEquals(1, store.count('t'));
  }

  private CompletableFuture<Void> restoreBackup(Transaction tr) {
    tr.set(store.keys.horizon(), SubspaceState.horizonValue(0));
    return CompletableFuture.completedFuture(null);
  }

  /** Records that the higher horizon let go may be gone: IDs before it are never taken again. */
  @Test
  void sweeperWithALongerRetention_thatReadTheHorizonBeforeAnotherMovedIt_doesNotMoveItBack() {
    store.time.advance(DAY);
    Instant higher = store.now().minus(Duration.ofHours(1));
    AtomicInteger commits = new AtomicInteger();
    DatabaseView.Observer overtaken =
        operation ->
            operation.name().equals("commit") && commits.incrementAndGet() == 1
                ? operation.proceedAfter(store.begin(tr -> moveHorizon(tr, higher)))
                : operation.proceed();
    RetentionSweeper slow = store.sweeper(DatabaseView.of(store.database, overtaken), DAY).build();

    Swept swept = store.time.join(slow.sweepOnce());

    assertEquals(higher, swept.horizon());
    assertInstanceOf(Lookup.Expired.class, store.find(store.timeBearingId(higher)));
  }

  private CompletableFuture<Void> moveHorizon(Transaction tr, Instant horizon) {
    tr.set(store.keys.horizon(), SubspaceState.horizonValue(horizon.toEpochMilli()));
    return CompletableFuture.completedFuture(null);
  }

  @Test
  void versionsThatStandStill_endTheRoundInsteadOfWaitingForEver() {
    long still = store.in(Transaction::getReadVersion);
    DatabaseView.Observer stopped =
        operation ->
            operation.name().equals("getReadVersion")
                ? DatabaseView.result(CompletableFuture.completedFuture(still))
                : operation.proceed();
    RetentionSweeper sweeper = store.sweeper(DatabaseView.of(store.database, stopped), DAY).build();

    CompletableFuture<Swept> round = sweeper.sweepOnce();
    store.time.advance(Duration.ofMinutes(5));

    assertTrue(round.isCompletedExceptionally());
    CompletionException failure =
        assertThrows(CompletionException.class, () -> store.time.join(round));
    assertInstanceOf(IllegalStateException.class, failure.getCause());
  }
}
