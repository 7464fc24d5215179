package io.github.grpconce.server;

import static io.github.grpconce.server.LedgerServer.add;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.apple.foundationdb.Transaction;
import com.google.common.util.concurrent.ListenableFuture;
import io.github.grpconce.ErrorReason;
import io.github.grpconce.FaultyDatabase;
import io.github.grpconce.RequestId;
import io.github.grpconce.Wait;
import io.github.grpconce.test.v1.AddRequest;
import io.github.grpconce.test.v1.Balance;
import io.github.grpconce.test.v1.LedgerServiceGrpc;
import io.github.grpconce.teststore.StoreTest;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Handlers whose executor has fewer threads than there are calls. */
@StoreTest
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class BoundedExecutorTest {

  private static final byte[] KEY = {'k'};
  private static final int BURST = 48;

  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final LedgerServer server = new LedgerServer();
  private final StepsServers steps = new StepsServers();

  @AfterEach
  void close() {
    steps.close();
    server.close();
    timer.shutdownNow();
  }

  /** How a handler waits for what it has derived from the store's answer. */
  private interface Waiting {
    Object on(Transaction transaction) throws Exception;
  }

  static Stream<Arguments> waits() {
    return Stream.of(
        wait("join", tr -> tr.get(KEY).thenApply(any -> 1).join()),
        wait("get", tr -> tr.get(KEY).thenApply(any -> 1).get()),
        wait("get in time", tr -> tr.get(KEY).thenApply(any -> 1).get(1, TimeUnit.MINUTES)),
        wait("chain", tr -> tr.get(KEY).thenCompose(any -> tr.get(KEY)).handle((v, e) -> 1).join()),
        wait("Async", tr -> tr.get(KEY).thenApplyAsync(any -> 1).join()),
        wait("wait within", tr -> tr.get(KEY).thenApply(v -> tr.get(KEY).copy().join()).join()),
        wait("allOf", tr -> CompletableFuture.allOf(tr.get(KEY), tr.get(KEY)).join()));
  }

  private static Arguments wait(String name, Waiting waiting) {
    return Arguments.arguments(name, waiting);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("waits")
  void handlersThatWaitForTheirContinuations_onOneThread_allGoOn(String name, Waiting waiting)
      throws Exception {
    try (HandlerThreadPool one = new HandlerThreadPool(1)) {
      server.ledger.always(
          (request, observer) -> {
            waited(waiting);
            server.ledger.addAndAnswer(request, observer);
          });

      assertEachAnswered(begin(server.start(options -> options.executor(one)), 4));
    }
    assertEquals(4, server.balance("alice"));
  }

  @Test
  void handlersThatWaitForTheirStepsContinuations_onOneThread_allGoOn() throws Exception {
    try (HandlerThreadPool one = new HandlerThreadPool(1)) {
      StepsServers.Node node = steps.start(options -> options.executor(one));
      List<ListenableFuture<Balance>> answers = new ArrayList<>();
      for (int call = 0; call < 4; call++) {
        steps.transfers.next(
            (request, current) -> {
              CompletableFuture<Balance> asked =
                  current.stepAsync(
                      "ask",
                      Balance.parser(),
                      tr -> tr.get(KEY).thenApply(any -> Balance.getDefaultInstance()));
              Balance unused = asked.join();
              return asked.thenCompose(any -> CompletableFuture.completedFuture(any)).join();
            });
        answers.add(node.begin(RequestId.random().value(), add("alice", 1)));
      }

      assertEachAnswered(answers);
    }
  }

  private static void waited(Waiting waiting) {
    try {
      Object unused = waiting.on(IdempotentCall.current().transaction());
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<ListenableFuture<Balance>> begin(ManagedChannel channel, int calls) {
    List<ListenableFuture<Balance>> answers = new ArrayList<>();
    for (int call = 0; call < calls; call++) {
      answers.add(
          LedgerServiceGrpc.newFutureStub(channel)
              .withInterceptors(
                  MetadataUtils.newAttachHeadersInterceptor(
                      LedgerServer.headers(RequestId.random().value())))
              .add(add("alice", 1)));
    }
    return answers;
  }

  private static void assertEachAnswered(List<? extends Future<Balance>> answers) throws Exception {
    for (Future<Balance> answer : answers) {
      Balance unused = answer.get(1, TimeUnit.MINUTES);
    }
  }

  /** Takes a handler's time; on the engine the store takes it for five times as much. */
  private void takeTime() {
    CompletableFuture<Void> over = new CompletableFuture<>();
    Future<?> unused = timer.schedule(() -> over.complete(null), 100, TimeUnit.MILLISECONDS);
    over.join();
    steps.timeline.jump(Duration.ofMillis(400));
  }

  private void workAndAnswer(AddRequest request, StreamObserver<Balance> observer) {
    takeTime();
    // An account of each call's own: what is shown is no conflict.
    server.ledger.addAndAnswer(
        request.toBuilder().setAccount(IdempotentCall.current().requestId().value()).build(),
        observer);
  }

  @Test
  void burst_inTransactionMode_executesEachHandlerOnce() throws Exception {
    server.ledger.always(this::workAndAnswer);
    FaultyDatabase store = new FaultyDatabase(steps.store);
    try (HandlerThreadPool two = new HandlerThreadPool(2)) {
      ManagedChannel channel = server.startOver(store.database(), options -> options.executor(two));

      assertEachAnswered(begin(channel, BURST));
    }
    assertEquals(BURST, server.ledger.executions());
    assertTrue(
        store.transactions() <= 3 * BURST,
        () -> store.transactions() + " transactions: each call may look again once");
  }

  @Test
  void burst_inStepsMode_executesEachHandlerOnce() throws Exception {
    try (HandlerThreadPool two = new HandlerThreadPool(2)) {
      StepsServers.Node node = steps.start(options -> options.executor(two));
      List<ListenableFuture<Balance>> answers = new ArrayList<>();
      for (int call = 0; call < BURST; call++) {
        steps.transfers.next(
            (request, current) -> {
              takeTime();
              Transfers.take(request, current);
              return Transfers.give(request, current);
            });
        answers.add(node.begin(RequestId.random().value(), add("alice", 1)));
      }

      assertEachAnswered(answers);
    }
    assertEquals(BURST, steps.transfers.executions());
    assertEquals(BURST, steps.given());
  }

  @Test
  void handlerThatOutlivesItsTransaction_isTooOld_andNotTheStoreUnavailable() {
    int[] executions = new int[1];
    server.ledger.always(
        (request, observer) -> {
          executions[0]++;
          Balance unused = server.ledger.addTo(request);
          observer.onError(
              Status.UNKNOWN.withCause(FaultyDatabase.error(1007)).asRuntimeException());
        });
    var stub = LedgerServer.stub(server.start(), RequestId.random().value());

    StatusRuntimeException refusal =
        assertThrows(StatusRuntimeException.class, () -> stub.add(add("alice", 1)));

    assertEquals(ErrorReason.TRANSACTION_TOO_OLD, ErrorReason.of(refusal).orElseThrow());
    assertEquals(3, executions[0]);
    assertEquals(0, server.balance("alice"));
  }

  @Test
  void joiningTheVersionstamp_isRefusedAtOnce_andItsContinuationComes() {
    AtomicReference<byte[]> stamp = new AtomicReference<>();
    List<Exception> refusals = new ArrayList<>();
    server.ledger.always(
        (request, observer) -> {
          Transaction transaction = IdempotentCall.current().transaction();
          CompletableFuture<byte[]> future = transaction.getVersionstamp();
          refusals.add(assertThrows(IllegalStateException.class, future::join));
          refusals.add(assertThrows(IllegalStateException.class, future::get));
          refusals.add(
              assertThrows(IllegalStateException.class, () -> future.get(1, TimeUnit.MINUTES)));
          refusals.add(
              assertThrows(IllegalStateException.class, future.thenApply(all -> all)::join));
          var unused = future.thenAccept(stamp::set);
          server.ledger.addAndAnswer(request, observer);
        });

    Balance unused =
        LedgerServer.stub(server.start(), RequestId.random().value()).add(add("alice", 1));

    refusals.forEach(
        refusal ->
            assertTrue(refusal.getMessage().contains("don't wait for it"), refusal::getMessage));
    assertEquals(4, refusals.size());
    Wait.until(() -> stamp.get() != null);
    assertEquals(10, stamp.get().length);
  }

  @Test
  void joiningTheVersionstampOfAStep_isRefusedAtOnce_andItsContinuationComes() {
    AtomicReference<byte[]> stamp = new AtomicReference<>();
    List<Exception> refusals = new ArrayList<>();
    steps.transfers.next(
        (request, call) -> {
          call.step(
              "stamp",
              transaction -> {
                Transfers.add(transaction, "stamped", 1);
                CompletableFuture<byte[]> future = transaction.getVersionstamp();
                refusals.add(assertThrows(IllegalStateException.class, future::join));
                refusals.add(
                    assertThrows(
                        IllegalStateException.class, () -> future.get(1, TimeUnit.MINUTES)));
                var unused = future.thenAccept(stamp::set);
              });
          return Balance.getDefaultInstance();
        });

    Balance unused = steps.start().transfer(RequestId.random().value(), add("alice", 1));

    assertEquals(2, refusals.size());
    refusals.forEach(
        refusal ->
            assertTrue(refusal.getMessage().contains("don't wait for it"), refusal::getMessage));
    Wait.until(() -> stamp.get() != null);
    assertEquals(10, stamp.get().length);
  }
}
