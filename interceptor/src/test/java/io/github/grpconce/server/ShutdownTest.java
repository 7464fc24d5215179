package io.github.grpconce.server;

import static io.github.grpconce.server.LedgerServer.add;
import static io.github.grpconce.server.LedgerServer.stub;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.util.concurrent.ListenableFuture;
import io.github.grpconce.RequestId;
import io.github.grpconce.Wait;
import io.github.grpconce.test.v1.Balance;
import io.github.grpconce.test.v1.LedgerServiceGrpc;
import io.github.grpconce.teststore.StoreTest;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Calls that come when what they need is shut down already are answered, and may come again. */
@StoreTest
class ShutdownTest {

  private static final String ID = RequestId.random().value();

  @AutoClose private final LedgerServer server = new LedgerServer();

  @Test
  void executorThatTakesNoMore_isUnavailable() {
    ExecutorService executor = Executors.newCachedThreadPool();
    executor.shutdown();

    assertUnavailable(server.start(options -> options.executor(executor)));
  }

  /**
   * The answer is committed and sent; the handler can't be told, but what it has begun must end.
   */
  @Test
  void executorThatTakesNoMoreAfterTheAnswer_endsTheHandlersContextAllTheSame() throws Exception {
    LinkedBlockingQueue<Context> contexts = new LinkedBlockingQueue<>();
    ExecutorService executor = Executors.newCachedThreadPool();
    server.ledger.next(
        (request, observer) -> {
          contexts.add(Context.current());
          executor.shutdown();
          server.ledger.addAndAnswer(request, observer);
        });

    CompletableFuture<Void> held = new CompletableFuture<>();
    server.faults.onNextCommit(commit -> () -> held.thenCompose(go -> commit.commit()));
    Channel channel = server.start(options -> options.executor(executor));

    ListenableFuture<Balance> call =
        LedgerServiceGrpc.newFutureStub(channel)
            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(LedgerServer.headers(ID)))
            .add(add("alice", 5));
    Context context = contexts.take();
    assertTrue(executor.awaitTermination(30, SECONDS));
    assertFalse(context.isCancelled());
    held.complete(null);

    assertEquals(5, call.get().getAmount());
    Wait.until(context::isCancelled);
  }

  @Test
  void schedulerThatTakesNoMore_isUnavailable() {
    ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
    scheduler.shutdown();

    assertUnavailable(server.start(options -> options.scheduler(scheduler)));
  }

  /** An attempt that can't wait for another server's execution doesn't watch it either. */
  @Test
  void schedulerThatTakesNoMore_leavesNoWatchBehind() throws Exception {
    ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
    scheduler.shutdown();
    StandStill standStill = new StandStill();
    try (StepsServers servers = new StepsServers()) {
      ListenableFuture<Balance> first =
          standStill.afterTheFirstStep(servers, servers.start(), ID, add("alice", 5));
      StepsServers.Node other =
          servers.start(options -> options.scheduler(scheduler).withoutRecovery());

      CompletableFuture<Void> storeAnswers = new CompletableFuture<>();
      servers.faults.answerWhen(storeAnswers);
      ListenableFuture<Balance> second = other.begin(ID, add("alice", 5));
      Wait.until(() -> other.guard().operations() == 1);
      storeAnswers.complete(null);

      ExecutionException failure = assertThrows(ExecutionException.class, second::get);
      assertEquals(Status.Code.UNAVAILABLE, Status.fromThrowable(failure).getCode());
      Wait.until(() -> servers.faults.watches() == 0);
      standStill.end();
      assertEquals(5, first.get().getAmount());
    }
  }

  private void assertUnavailable(Channel channel) {
    StatusRuntimeException failure =
        assertThrows(
            StatusRuntimeException.class,
            () -> stub(channel, ID).withDeadlineAfter(20, SECONDS).add(add("alice", 5)));

    assertEquals(Status.Code.UNAVAILABLE, failure.getStatus().getCode(), failure::getMessage);
    assertEquals(0, server.contents().size());
    Wait.until(() -> server.faults.openTransactions() == 0);
  }
}
