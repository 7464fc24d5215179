package io.github.grpconce.server;

import static io.github.grpconce.server.LedgerServer.add;
import static io.github.grpconce.server.LedgerServer.stub;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.grpconce.RequestId;
import io.github.grpconce.teststore.StoreTest;
import io.grpc.Channel;
import io.grpc.ServerInterceptors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** A service that is guarded where it is registered, on a server that guards all services. */
@StoreTest
class GuardedTwiceTest {

  private static final String ID = RequestId.random().value();

  @AutoClose private final LedgerServer server = new LedgerServer();

  @Test
  void sameInterceptor_doesNotWaitForItself() {
    IdempotencyServerInterceptor interceptor = server.interceptor(options -> options);

    assertAddsOnce(interceptor, interceptor);
  }

  @Test
  void otherInterceptor_leavesTheCallToTheFirst() {
    assertAddsOnce(server.interceptor(options -> options), server.interceptor(options -> options));
    assertEquals(1, server.faults.commits());
  }

  private void assertAddsOnce(
      IdempotencyServerInterceptor above, IdempotencyServerInterceptor below) {
    Channel channel =
        server.startUnchecked(ServerInterceptors.intercept(below.guard(server.ledger), above));

    for (int attempt = 0; attempt < 2; attempt++) {
      long balance =
          stub(channel, ID).withDeadlineAfter(5, SECONDS).add(add("alice", 5)).getAmount();
      assertEquals(5, balance);
    }
    assertEquals(1, server.ledger.executions());
    assertEquals(5, server.balance("alice"));
  }
}
