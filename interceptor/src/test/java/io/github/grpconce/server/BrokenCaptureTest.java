package io.github.grpconce.server;

import static io.github.grpconce.server.LedgerServer.add;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.grpconce.LogCapture;
import io.github.grpconce.RequestId;
import io.github.grpconce.Wait;
import io.github.grpconce.test.v1.LedgerServiceGrpc;
import io.github.grpconce.teststore.StoreTest;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What carries the calling thread's values to the handler can fail as any code does. */
@StoreTest
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class BrokenCaptureTest {

  private final LedgerServer server = new LedgerServer();
  private final AtomicInteger wraps = new AtomicInteger();

  @AfterEach
  void close() {
    server.close();
  }

  /** What is wrong with a wrapper. */
  private enum Fault implements UnaryOperator<Runnable> {
    CANT_WRAP {
      @Override
      public Runnable apply(Runnable task) {
        throw new IllegalStateException("broken");
      }
    },
    FAILS_BEFORE {
      @Override
      public Runnable apply(Runnable task) {
        return () -> {
          throw new IllegalStateException("broken");
        };
      }
    },
    FAILS_AFTERWARDS {
      @Override
      public Runnable apply(Runnable task) {
        return () -> {
          task.run();
          throw new IllegalStateException("broken");
        };
      }
    },
    RUNS_NOTHING {
      @Override
      public Runnable apply(Runnable task) {
        return () -> {};
      }
    }
  }

  private UnaryOperator<Runnable> brokenFrom(int wrap, Fault fault) {
    return task -> wraps.incrementAndGet() < wrap ? task : fault.apply(task);
  }

  private StatusRuntimeException refusal(ManagedChannel channel) {
    LedgerServiceGrpc.LedgerServiceBlockingStub stub =
        LedgerServer.stub(channel, RequestId.random().value())
            .withDeadlineAfter(1, TimeUnit.MINUTES);
    return assertThrows(StatusRuntimeException.class, () -> stub.add(add("alice", 1)));
  }

  private void assertFailed(StatusRuntimeException refusal) {
    assertEquals(Status.Code.UNKNOWN, refusal.getStatus().getCode());
    assertEquals("the handler failed", refusal.getStatus().getDescription());
    Wait.until(() -> server.faults.openTransactions() == 0);
    assertEquals(0, server.balance("alice"));
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "FAILS_AFTERWARDS")
  void wrapperThatIsBroken_failsTheExecution_andLeavesNothing(Fault fault) {
    ManagedChannel channel = server.start(options -> options.propagate(() -> brokenFrom(1, fault)));
    try (LogCapture log = LogCapture.start()) {
      assertFailed(refusal(channel));
      assertTrue(
          log.seen().stream().anyMatch(line -> line.contains("thread-locals")),
          log.seen()::toString);
    }
  }

  @Test
  void wrapperThatFailsAfterAHandlerThatHasNotAnswered_failsTheExecution() {
    server.ledger.always((request, observer) -> {});
    ManagedChannel channel =
        server.start(options -> options.propagate(() -> brokenFrom(1, Fault.FAILS_AFTERWARDS)));

    assertFailed(refusal(channel));
  }

  /** What fails after the handler has answered comes too late. */
  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "FAILS_AFTERWARDS")
  void wrapperThatBreaksWhereAHandlerGoesOn_failsTheExecution(Fault fault) {
    server.ledger.always(server.ledger::addAsync);
    ManagedChannel channel = server.start(options -> options.propagate(() -> brokenFrom(3, fault)));

    assertFailed(refusal(channel));
  }

  /** Its thread would wait for ever. */
  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "FAILS_AFTERWARDS")
  void wrapperThatBreaksWhileAHandlerWaits_letsItGoOn(Fault fault) {
    ManagedChannel channel = server.start(options -> options.propagate(() -> brokenFrom(3, fault)));

    assertFailed(refusal(channel));
    Wait.until(() -> server.ledger.executions() == 1);
  }

  @Test
  void captureThatFails_failsTheCall_andNothingIsKeptOfIt() {
    IdempotencyServerInterceptor guard =
        server.interceptor(
            options ->
                options.propagate(
                    () -> {
                      if (wraps.incrementAndGet() == 2) {
                        throw new IllegalStateException("broken");
                      }
                      return UnaryOperator.identity();
                    }));
    ManagedChannel channel = server.startUnchecked(guard.guard(server.ledger));

    assertEquals(Status.Code.UNKNOWN, refusal(channel).getStatus().getCode());
    assertEquals(0, server.ledger.executions());
    Wait.until(() -> guard.bufferedBytes() == 0);
  }
}
