package io.github.grpconce.server;

import static io.github.grpconce.server.LedgerServer.add;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.util.concurrent.ListenableFuture;
import io.github.grpconce.RequestId;
import io.github.grpconce.Wait;
import io.github.grpconce.operator.ExecutionInProgress;
import io.github.grpconce.operator.RecordInspector;
import io.github.grpconce.operator.RecordResolver;
import io.github.grpconce.operator.Resolution;
import io.github.grpconce.test.v1.AddRequest;
import io.github.grpconce.test.v1.Balance;
import io.github.grpconce.teststore.StoreTest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What operators see and do, with real threads, on whatever store. */
@StoreTest
class StepsOperatorsTest {

  private static final AddRequest REQUEST = add("alice", 5);
  private static final String REASON = "the test says so";
  private static final int MOST = 3;

  private final String id = RequestId.random().value();
  private final StepsServers servers = new StepsServers();
  private final StandStill standStill = new StandStill();
  private final StepsServers.Node server = servers.start(options -> options.stalledAfter(MOST));
  private final RecordInspector inspector = RecordInspector.of(servers.store, LedgerServer.RECORDS);
  private final RecordResolver resolver = RecordResolver.of(servers.store, LedgerServer.RECORDS);

  @AfterEach
  void close() {
    standStill.end();
    servers.close();
  }

  private void failNext() {
    servers.transfers.next(
        (request, call) -> {
          Transfers.take(request, call);
          throw Status.UNAVAILABLE.asRuntimeException();
        });
  }

  private ExecutionInProgress listed() {
    List<ExecutionInProgress> all = inspector.executionsInProgress(10).join();
    assertEquals(1, all.size());
    return all.get(0);
  }

  private void recoverUntil(int failures) {
    Wait.until(
        () -> {
          server.scheduler().advance(StepsServers.LEASE);
          Wait.until(() -> server.guard().operations() == 0);
          return listed().failures() == failures;
        });
  }

  @Test
  void executionThatFails_isLeftAloneForItsRest_thenStalled_thenResumedByAnOperator() {
    failNext();
    assertThrows(StatusRuntimeException.class, () -> server.transfer(id, REQUEST));
    for (int failures = 2; failures <= MOST; failures++) {
      failNext();
      server.scheduler().advance(StepsServers.LEASE);
      Wait.until(() -> server.scheduler().waiting() == 1);
      assertEquals(failures - 1, listed().failures(), "too early");
      servers.timeline.jump(Duration.ofMinutes(6));
      recoverUntil(failures);
    }
    assertEquals(ExecutionInProgress.State.STALLED, listed().state());
    assertEquals(MOST, listed().executions());
    assertEquals(Status.Code.UNAVAILABLE.value(), listed().lastFailure().orElseThrow().code());
    assertEquals(1, server.guard().stalledExecutions());

    servers.timeline.jump(Duration.ofHours(1));
    server.scheduler().advance(StepsServers.LEASE);
    Wait.until(() -> server.scheduler().waiting() == 1);
    assertEquals(MOST, servers.transfers.executions());
    assertEquals(Resolution.RESUMABLE, resolver.resumeNow(listed().seen(), REASON).join());
    Wait.until(
        () -> {
          server.scheduler().advance(StepsServers.LEASE);
          return servers.inProgress() == 0;
        });
    servers.assertTransferredOnce();
  }

  @Test
  void executionThatRuns_isFencedByAFailure() throws Exception {
    ListenableFuture<Balance> call = standStill.afterTheFirstStep(servers, server, id, REQUEST);
    assertEquals(ExecutionInProgress.State.RUNNING, listed().state());
    assertEquals(Resolution.RUNNING, resolver.resumeNow(listed().seen(), REASON).join());
    assertEquals(Resolution.RUNNING, resolver.forget(listed().seen(), REASON).join());

    int notFound = Status.Code.NOT_FOUND.value();
    assertEquals(
        Resolution.FAILED,
        resolver.fail(listed().seen(), notFound, "no such account", REASON).join());
    standStill.end();

    Throwable told = assertThrows(ExecutionException.class, call::get).getCause();
    assertEquals(Status.Code.NOT_FOUND, Status.fromThrowable(told).getCode());
    assertEquals(5, servers.taken());
    assertEquals(0, servers.given());
  }

  @Test
  void recordThatIsForgotten_isExecutedFromTheBeginning_andItsZombieIsFenced() throws Exception {
    ListenableFuture<Balance> zombie = standStill.afterTheFirstStep(servers, server, id, REQUEST);
    servers.timeline.jump(StepsServers.LEASE.plusSeconds(1));

    assertEquals(Resolution.FORGOTTEN, resolver.forget(listed().seen(), REASON).join());
    assertEquals(5, servers.start().transfer(id, REQUEST).getAmount());
    standStill.end();

    // Its step finds that it is fenced; its attempt gets the other's answer.
    assertEquals(5, zombie.get().getAmount());
    assertEquals(10, servers.taken(), "what the risk is");
    assertEquals(5, servers.given());
    assertTrue(inspector.executionsInProgress(10).join().isEmpty());
  }
}
