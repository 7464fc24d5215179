package io.github.grpconce.server;

import static io.github.grpconce.server.LedgerServer.add;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.google.common.util.concurrent.ListenableFuture;
import io.github.grpconce.ExecutionFencedException;
import io.github.grpconce.RequestId;
import io.github.grpconce.Wait;
import io.github.grpconce.test.v1.Balance;
import io.github.grpconce.teststore.StoreTest;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A handler whose thread stands still within a step. */
@StoreTest
class StepsBlockedTest {

  private final StepsServers servers = new StepsServers();
  private final StandStill standStill = new StandStill();

  @AfterEach
  void close() {
    standStill.end();
    servers.close();
  }

  @Test
  void stepThatBlocks_holdsNoTransactionOnceItsExecutionIsOver_andThenFails() throws Exception {
    AtomicReference<Throwable> told = new AtomicReference<>();
    servers.transfers.next(
        (request, call) -> {
          try {
            call.step(
                "take",
                transaction -> {
                  Transfers.add(transaction, "taken", request.getAmount());
                  standStill.here();
                });
          } catch (RuntimeException e) {
            told.set(e);
          }
          return Balance.getDefaultInstance();
        });
    ListenableFuture<Balance> attempt =
        servers.start().begin(RequestId.random().value(), add("alice", 5));
    standStill.await();
    assertEquals(1, servers.faults.openTransactions());

    attempt.cancel(true);

    Wait.until(() -> servers.faults.openTransactions() == 0);
    standStill.end();
    Wait.until(() -> told.get() != null);
    assertInstanceOf(ExecutionFencedException.class, told.get());
    assertEquals(0, servers.taken());
  }
}
