package io.github.grpconce.server;

import static io.github.grpconce.server.LedgerServer.RECORDS;
import static io.github.grpconce.server.LedgerServer.add;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.apple.foundationdb.Database;
import io.github.grpconce.ErrorReason;
import io.github.grpconce.embedded.EmbeddedDatabase;
import io.github.grpconce.embedded.Fault;
import io.github.grpconce.embedded.FaultPlan;
import io.github.grpconce.embedded.VirtualTime;
import io.github.grpconce.teststore.OnEngineOnly;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A store that is silent, or does late what it was asked for. In one thread, in virtual time. */
@OnEngineOnly("a fault plan")
class StoreFaultsTest {

  private final VirtualTime time = new VirtualTime();
  private final FaultPlan faults = FaultPlan.seeded(1);

  @AutoClose
  private final Database database =
      EmbeddedDatabase.newBuilder().timeline(time).executor(time).faultPlan(faults).build();

  private final Ledger ledger = new Ledger();
  private final IdempotencyServerInterceptor interceptor =
      IdempotencyServerInterceptor.newBuilder(database, RECORDS)
          .executor(Runnable::run)
          .scheduler(new ManualScheduler().service())
          .storeTimeout(Duration.ofSeconds(10))
          .build();

  @BeforeEach
  void addWithoutBlocking() {
    ledger.always(ledger::addAsync);
  }

  @Test
  void silentStore_isUnavailableAfterItsTimeout() {
    faults.unreach();
    Arrival attempt = arrive();

    time.advance(Duration.ofMillis(9_999));
    assertEquals(List.of(), attempt.codes());
    time.advance(Duration.ofMillis(1));

    assertEquals(Optional.of(ErrorReason.STORE_UNAVAILABLE), ErrorReason.of(attempt.failure()));
    String said = String.valueOf(Status.fromThrowable(attempt.failure()).getDescription());
    assertTrue(said.contains("the store did not answer, or the handler left it no time"), said);
    assertEquals(0, ledger.executions());
    faults.reach();
    assertAddedOnce();
  }

  /** Before anything is executed: a server that is behind, a transaction that waited too long. */
  @ParameterizedTest
  @ValueSource(ints = {1007, 1009, 1037})
  void storeThatCannotBeReadForTheMoment_isReadAgain(int code) {
    faults.at(FaultPlan.Step.READ_VERSION).once().inject(Fault.error(code));
    Arrival attempt = arrive();

    time.advance(Duration.ofSeconds(5));

    assertEquals(List.of(5L), attempt.amounts());
    assertEquals(1, ledger.executions());
    assertAddedOnce();
  }

  @Test
  void storeThatFallsSilentDuringTheCommit_mayFinishItLater() {
    ledger.next(
        (request, observer) -> {
          ledger.addAsync(request, observer);
          // The commit begins when the handler has returned.
          faults.unreach();
        });
    Arrival attempt = arrive();

    time.advance(Duration.ofSeconds(30));

    assertEquals(Optional.of(ErrorReason.STORE_UNAVAILABLE), ErrorReason.of(attempt.failure()));
    faults.reach();
    assertAddedOnce();
  }

  /** The older commit still hovers while the newer execution commits. */
  @ParameterizedTest
  @ValueSource(ints = {1031, 1039})
  void commitThatLandsAfterTheNextExecution_comesToNothing(int code) {
    faults.at(FaultPlan.Step.COMMIT).once().inject(Fault.landsLater(code, Duration.ofSeconds(2)));
    Arrival attempt = arrive();

    time.advance(Duration.ofSeconds(30));

    assertEquals(List.of(Status.Code.OK), attempt.codes());
    assertEquals(List.of(5L), attempt.amounts());
    assertAddedOnce();
  }

  /** The next execution begins before, and would commit after, the older one's late commit. */
  @ParameterizedTest
  @ValueSource(ints = {1031, 1039})
  void commitThatLandsDuringTheNextExecution_isTheOneThatCounts(int code) {
    faults.at(FaultPlan.Step.COMMIT).once().inject(Fault.landsLater(code, Duration.ofSeconds(1)));
    faults.at(FaultPlan.Step.COMMIT).once().inject(Fault.latency(Duration.ofSeconds(2)));
    Arrival attempt = arrive();

    time.advance(Duration.ofSeconds(30));

    assertEquals(List.of(Status.Code.OK), attempt.codes());
    assertEquals(List.of(5L), attempt.amounts());
    assertAddedOnce();
  }

  /** Another attempt finds, or makes, the one effect. */
  private void assertAddedOnce() {
    Arrival later = arrive();
    time.advance(Duration.ofSeconds(30));
    assertEquals(List.of(Status.Code.OK), later.codes());
    assertEquals(List.of(5L), later.amounts());
    assertEquals(5L, (long) time.join(database.runAsync(tr -> ledger.balanceAsync(tr, "alice"))));
  }

  private Arrival arrive() {
    Arrival arrival = Arrival.at(interceptor, ledger, add("alice", 5));
    time.runReady();
    return arrival;
  }
}
