package io.github.grpconce.server;

import static io.github.grpconce.server.LedgerServer.add;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.apple.foundationdb.Transaction;
import com.google.common.util.concurrent.ListenableFuture;
import io.github.grpconce.RequestId;
import io.github.grpconce.Wait;
import io.github.grpconce.test.v1.AddRequest;
import io.github.grpconce.test.v1.Balance;
import io.github.grpconce.test.v1.LedgerServiceGrpc;
import io.github.grpconce.test.v1.StepsServiceGrpc;
import io.github.grpconce.teststore.StoreTest;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the thread held that an attempt arrived on, where its handler runs. */
@StoreTest
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class PropagationTest {

  private static final String NONE = "none";
  private static final AddRequest REQUEST = add("alice", 1);
  private static final byte[] KEY = {'k'};
  private static final byte[] FURTHER = {'l'};
  private static final int CONFLICT = 1020;

  private final HandlerThreadPool one = new HandlerThreadPool(1);
  private final LedgerServer server = new LedgerServer();
  private final StepsServers steps = new StepsServers();
  private final Queue<String> seen = new ConcurrentLinkedQueue<>();

  /** Where a service has its handlers run. */
  private enum Threads {
    THE_GUARDS,
    ONE,
    THE_STORES
  }

  @AfterEach
  void close() {
    server.close();
    steps.close();
    one.close();
  }

  private UnaryOperator<ServerInterceptorBuilder> options(Threads threads) {
    return options ->
        switch (threads) {
          case THE_GUARDS -> options.propagate(CallersValue.capture());
          case ONE -> options.propagate(CallersValue.capture()).executor(one);
          case THE_STORES -> options.propagate(CallersValue.capture()).executor(Runnable::run);
        };
  }

  private ManagedChannel start(Threads threads) {
    return server.start(
        LedgerServer.Transport.IN_PROCESS,
        options(threads),
        builder -> builder,
        new CallersValue());
  }

  private StepsServers.Node startSteps() {
    return steps.start(options(Threads.ONE), List.of(), List.of(new CallersValue()));
  }

  private static LedgerServiceGrpc.LedgerServiceFutureStub stub(
      ManagedChannel channel, String id, String value) {
    return CallersValue.of(
        value,
        LedgerServiceGrpc.newFutureStub(channel)
            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(LedgerServer.headers(id)))
            .withDeadlineAfter(1, TimeUnit.MINUTES));
  }

  private static void call(ManagedChannel channel, String value) throws Exception {
    Balance unused = stub(channel, RequestId.random().value(), value).add(REQUEST).get();
  }

  private void note() {
    seen.add(CallersValue.here() == null ? NONE : CallersValue.here());
  }

  private static List<String> times(int count, String value) {
    return Collections.nCopies(count, value);
  }

  /** The handlers' thread is free of it again. */
  private void assertNothingIsLeft() {
    assertNull(CompletableFuture.supplyAsync(CallersValue::here, one).join());
  }

  @ParameterizedTest
  @EnumSource
  void handler_hasItsOwnCallersValue_alsoAfterItHasWaited(Threads threads) throws Exception {
    server.ledger.always(
        (request, observer) -> {
          note();
          Balance balance =
              threads == Threads.THE_STORES
                  ? Balance.getDefaultInstance()
                  : server.ledger.addTo(request);
          note();
          observer.onNext(balance);
          observer.onCompleted();
          note();
        });
    ManagedChannel channel = start(threads);

    call(channel, "red");
    call(channel, "blue");

    assertEquals(
        Stream.of(times(3, "red"), times(3, "blue")).flatMap(List::stream).toList(),
        List.copyOf(seen));
    assertNothingIsLeft();
  }

  @Test
  void handlerOfACallWithoutTheValue_hasNone_whateverItsThreadHas() throws Exception {
    Executor stale = task -> one.execute(() -> CallersValue.with("stale", task));
    server.ledger.always(
        (request, observer) -> {
          note();
          server.ledger.addAndAnswer(request, observer);
        });
    ManagedChannel channel =
        server.start(options -> options.propagate(CallersValue.capture()).executor(stale));

    Balance unused = LedgerServer.stub(channel, RequestId.random().value()).add(REQUEST);

    assertEquals(List.of(NONE), List.copyOf(seen));
  }

  private CompletableFuture<?> noted(CompletableFuture<?> future) {
    return future.handle(
        (value, failure) -> {
          note();
          return failure;
        });
  }

  static Stream<Arguments> questions() {
    return Stream.concat(ContinuationsTest.questions(), ContinuationsTest.combinations());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("questions")
  void continuation_hasIt_inEachExecution(String name, ContinuationsTest.Question question)
      throws Exception {
    server.faults.dropNextCommit(CONFLICT);
    server.ledger.always(
        (request, observer) -> {
          var unused =
              noted(question.ask(IdempotentCall.current().transaction()))
                  .thenCompose(any -> noted(IdempotentCall.current().transaction().get(KEY)))
                  .thenRun(() -> answer(observer));
        });

    call(start(Threads.ONE), "red");

    assertEquals(times(4, "red"), List.copyOf(seen));
    assertNothingIsLeft();
  }

  private static void answer(StreamObserver<Balance> observer) {
    observer.onNext(Balance.getDefaultInstance());
    observer.onCompleted();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("questions")
  void continuationWithinAStep_hasIt(String name, ContinuationsTest.Question question)
      throws Exception {
    steps.faults.dropNextCommit(CONFLICT);
    steps.transfers.next(
        (request, call) ->
            call.stepAsync(
                    "ask",
                    Balance.parser(),
                    tr -> noted(question.ask(tr)).thenApply(any -> Balance.getDefaultInstance()))
                .join());

    transfer(startSteps(), "red");

    assertEquals(times(2, "red"), List.copyOf(seen));
    assertNothingIsLeft();
  }

  private static void transfer(StepsServers.Node node, String value) throws Exception {
    Balance unused =
        CallersValue.of(value, StepsServiceGrpc.newFutureStub(node.channel()))
            .withInterceptors(
                MetadataUtils.newAttachHeadersInterceptor(
                    LedgerServer.headers(RequestId.random().value())))
            .transfer(REQUEST)
            .get(1, TimeUnit.MINUTES);
  }

  @Test
  void stepsAndWhatFollowsFromThem_haveIt() throws Exception {
    steps.transfers.next(
        (request, call) -> {
          note();
          call.step("blocking", tr -> note());
          Object unused =
              noted(call.stepAsync("async", Balance.parser(), this::notedInStep)).join();
          CompletableFuture<Balance> last = call.finishAsync("last", this::notedInStep);
          Object unusedToo = noted(last).join();
          return last.join();
        });

    transfer(startSteps(), "red");

    assertEquals(times(6, "red"), List.copyOf(seen));
    assertNothingIsLeft();
  }

  private CompletableFuture<Balance> notedInStep(Transaction transaction) {
    note();
    return CompletableFuture.completedFuture(Balance.getDefaultInstance());
  }

  @Test
  void whatComesAfterTheCommit_hasIt() throws Exception {
    server.ledger.always(
        (request, observer) -> {
          Transaction transaction = IdempotentCall.current().transaction();
          transaction.set(KEY, new byte[] {1});
          var unused = noted(transaction.watch(FURTHER));
          var unusedStamp = noted(transaction.getVersionstamp());
          answer(observer);
        });

    call(start(Threads.ONE), "red");
    Wait.until(() -> seen.size() == 1);
    server.store.run(
        transaction -> {
          transaction.set(FURTHER, new byte[] {2});
          return null;
        });
    Wait.until(() -> seen.size() == 2);

    assertEquals(times(2, "red"), List.copyOf(seen));
    assertNothingIsLeft();
  }

  @Test
  void joinedAttemptsValue_reachesNobodysHandler() throws Exception {
    CountDownLatch executing = new CountDownLatch(1);
    CompletableFuture<Void> goOn = new CompletableFuture<>();
    server.faults.dropNextCommit(CONFLICT);
    server.ledger.always(
        (request, observer) -> {
          note();
          executing.countDown();
          var unused =
              IdempotentCall.current()
                  .transaction()
                  .get(KEY)
                  .thenCompose(any -> goOn)
                  .thenRun(
                      () -> {
                        note();
                        answer(observer);
                      });
        });
    ManagedChannel channel = start(Threads.ONE);
    String id = RequestId.random().value();
    ListenableFuture<Balance> first = stub(channel, id, "red").add(REQUEST);
    executing.await();
    ListenableFuture<Balance> second = stub(channel, id, "blue").add(REQUEST);
    Wait.until(() -> server.entries.entered() == 2);

    CallersValue.with("blue", () -> goOn.complete(null));

    assertEquals(first.get(), second.get());
    assertEquals(times(4, "red"), List.copyOf(seen));
    assertNothingIsLeft();
  }

  /** The last attempt that leaves ends the execution, perhaps in the very thread it has. */
  @Test
  void joinedAttemptsValue_isNotWhereTheHandlerIsToldThatAllHaveLeft() {
    IdempotencyServerInterceptor guard = server.interceptor(options(Threads.THE_STORES));
    CompletableFuture<String> told = new CompletableFuture<>();
    CompletableFuture<Void> executing = new CompletableFuture<>();
    server.ledger.always(
        (request, observer) -> {
          var call = (io.grpc.stub.ServerCallStreamObserver<Balance>) observer;
          call.setOnCancelHandler(() -> told.complete(String.valueOf(CallersValue.here())));
          executing.complete(null);
        });
    String id = RequestId.random().value();
    OpenCall<AddRequest, Balance> first = arrive(guard, id);
    executing.orTimeout(1, TimeUnit.MINUTES).join();
    CallersValue.with(
        "blue",
        () -> {
          OpenCall<AddRequest, Balance> second = arrive(guard, id);
          first.end();
          second.end();
        });

    assertEquals("null", told.orTimeout(1, TimeUnit.MINUTES).join());
  }

  private OpenCall<AddRequest, Balance> arrive(IdempotencyServerInterceptor guard, String id) {
    return OpenCall.open(
            guard,
            server.ledger.bindService(),
            LedgerServiceGrpc.getAddMethod(),
            LedgerServer.headers(id))
        .send(REQUEST)
        .halfClose();
  }

  @Test
  void resumedExecution_hasNone_andSaysThatItIsResumed() throws Exception {
    StepsServers.Node node = startSteps();
    steps.transfers.next(
        (request, call) -> {
          note();
          Transfers.take(request, call);
          throw Status.UNAVAILABLE.asRuntimeException();
        });
    assertTrue(
        assertThrows(Exception.class, () -> transfer(node, "red")).getCause()
            instanceof StatusRuntimeException);
    steps.transfers.next(
        (request, call) -> {
          note();
          seen.add("resumed: " + call.isResumed());
          return Transfers.give(request, call);
        });

    steps.timeline.jump(StepsServers.LEASE.plusSeconds(1));
    CallersValue.with("blue", () -> node.scheduler().advance(StepsServers.LEASE));

    Wait.until(() -> steps.inProgress() == 0);
    assertEquals(List.of("red", NONE, "resumed: true"), List.copyOf(seen));
  }
}
