package io.github.grpconce.server;

import static io.github.grpconce.server.LedgerServer.add;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import com.apple.foundationdb.Database;
import io.github.grpconce.RequestId;
import io.github.grpconce.embedded.EmbeddedDatabase;
import io.github.grpconce.test.v1.Balance;
import io.github.grpconce.teststore.OnEngineOnly;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

/** An application whose handlers never block gets no further thread from us. */
@OnEngineOnly("answers at once")
class DirectExecutorTest {

  @Test
  void directExecutor_addsNoThreadAndNoHop() throws Exception {
    LinkedBlockingQueue<Thread> handlers = new LinkedBlockingQueue<>();
    Ledger ledger = new Ledger();
    ledger.always(
        (request, observer) -> {
          handlers.add(Thread.currentThread());
          ledger.addAndAnswer(request, observer);
        });
    try (Database database =
        EmbeddedDatabase.newBuilder().executor(Runnable::run).completeAtOnce(true).build()) {
      IdempotencyServerInterceptor idempotency =
          IdempotencyServerInterceptor.newBuilder(database, LedgerServer.RECORDS)
              .executor(Runnable::run)
              .build();
      String name = InProcessServerBuilder.generateName();
      Server server =
          InProcessServerBuilder.forName(name)
              .directExecutor()
              .addService(idempotency.guard(ledger))
              .build()
              .start();
      ManagedChannel channel = InProcessChannelBuilder.forName(name).directExecutor().build();

      Balance answer = LedgerServer.stub(channel, RequestId.random().value()).add(add("alice", 5));

      assertEquals(5, answer.getAmount());
      // The embedded store answers reads at once, so the whole way is the caller's thread's.
      assertSame(Thread.currentThread(), handlers.take());
      channel.shutdownNow();
      server.shutdownNow();
    }
  }
}
