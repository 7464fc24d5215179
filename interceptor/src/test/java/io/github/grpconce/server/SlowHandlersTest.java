package io.github.grpconce.server;

import static io.github.grpconce.server.LedgerServer.add;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.grpconce.ErrorReason;
import io.github.grpconce.FaultyDatabase;
import io.github.grpconce.RequestId;
import io.github.grpconce.test.v1.AddRequest;
import io.github.grpconce.test.v1.Balance;
import io.github.grpconce.test.v1.LedgerServiceGrpc.LedgerServiceBlockingStub;
import io.github.grpconce.teststore.OnEngineOnly;
import io.github.grpconce.teststore.StoreTest;
import io.github.grpconce.teststore.TestStore;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Handlers that take longer than their transaction lives, or conflict for longer than that. */
@StoreTest
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class SlowHandlersTest {

  private static final AddRequest REQUEST = add("alice", 5);
  private static final Duration TOO_LONG = Duration.ofSeconds(6);
  private static final int CONFLICT = 1020;

  private final StepsServers steps = new StepsServers();
  private final LedgerServer server = new LedgerServer();
  private final FaultyDatabase faults = new FaultyDatabase(steps.store);
  private final LedgerServiceBlockingStub stub =
      LedgerServer.stub(
          server.startOver(faults.database(), options -> options.ticker(steps.timeline::nanoTime)),
          RequestId.random().value());

  @AfterEach
  void close() {
    server.close();
    steps.close();
  }

  /** Lets so much time pass: the engine's in no time, a cluster's in just as much. */
  private void pass(Duration time) {
    if (TestStore.clusterFile().isEmpty()) {
      steps.timeline.jump(time);
      return;
    }
    try {
      assertFalse(new CountDownLatch(1).await(time.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private Ledger.Behaviour addsAndThenTakes(Duration time) {
    return (request, observer) -> {
      Balance balance = server.ledger.addTo(request);
      pass(time);
      observer.onNext(balance);
      observer.onCompleted();
    };
  }

  private void assertTooOld() {
    StatusRuntimeException refusal =
        assertThrows(StatusRuntimeException.class, () -> stub.add(REQUEST));

    assertEquals(Optional.of(ErrorReason.TRANSACTION_TOO_OLD), ErrorReason.of(refusal));
    assertTrue(
        refusal.getMessage().contains("older than FoundationDB's five seconds at 3 tries in a row"),
        refusal::getMessage);
    assertEquals(3, server.ledger.executions());
    assertEquals(0, balance());
  }

  private long balance() {
    return server.ledger.balance(steps.store, "alice");
  }

  @Test
  void handlerThatReadsAndWrites_andThenWaits_isTooOld() {
    server.ledger.always(addsAndThenTakes(TOO_LONG));

    assertTooOld();
  }

  @OnEngineOnly("time that jumps")
  @Test
  void handlerThatWaitsBehindItsAnswer_isTooOld() {
    server.ledger.always(
        (request, observer) -> {
          server.ledger.addAndAnswer(request, observer);
          pass(TOO_LONG);
        });

    assertTooOld();
  }

  @OnEngineOnly("time that jumps")
  @Test
  void handlerThatWritesAndReadsNothing_isTooOldAllTheSame() {
    server.ledger.always(
        (request, observer) -> {
          server.ledger.write(IdempotentCall.current().transaction(), "alice", 5);
          pass(TOO_LONG);
          answer(observer);
        });

    assertTooOld();
  }

  private static void answer(StreamObserver<Balance> observer) {
    observer.onNext(Balance.getDefaultInstance());
    observer.onCompleted();
  }

  /** The next try has all the time that a transaction has. */
  @OnEngineOnly("time that jumps")
  @Test
  void handlerThatIsSlowTwice_isAnsweredAtTheThirdTry() {
    server.ledger.next(addsAndThenTakes(TOO_LONG)).next(addsAndThenTakes(Duration.ofSeconds(9)));

    assertEquals(5, stub.add(REQUEST).getAmount());
    assertEquals(3, server.ledger.executions());
    assertEquals(5, balance());
  }

  /** It was in time in between, and whatever it met then is no fault of its own. */
  @OnEngineOnly("time that jumps")
  @Test
  void handlerThatIsSlowNowAndThen_isTriedAgain() {
    for (int i = 0; i < 2; i++) {
      server
          .ledger
          .next(addsAndThenTakes(TOO_LONG))
          .next(addsAndThenTakes(TOO_LONG))
          .next(server.ledger::addAndAnswer);
      faults.onNextCommit(commit -> commit).onNextCommit(commit -> commit).dropNextCommit(CONFLICT);
    }

    assertEquals(5, stub.add(REQUEST).getAmount());
    assertEquals(7, server.ledger.executions());
  }

  @OnEngineOnly("time that jumps")
  @Test
  void handlerThatConflictsForLongerThanTheTimeout_isTriedForAsLongAsSomebodyWaits() {
    int conflicts = 11;
    for (int i = 0; i < conflicts; i++) {
      server.ledger.next(addsAndThenTakes(Duration.ofSeconds(3)));
      faults.dropNextCommit(CONFLICT);
    }

    assertEquals(5, stub.add(REQUEST).getAmount());
    assertEquals(conflicts + 1, server.ledger.executions());
    assertEquals(5, balance());
  }
}
