package io.github.grpconce.server;

import static io.github.grpconce.server.LedgerServer.add;
import static io.github.grpconce.server.LedgerServer.headers;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.grpconce.ErrorReason;
import io.github.grpconce.RequestId;
import io.github.grpconce.Wait;
import io.github.grpconce.test.v1.AddRequest;
import io.github.grpconce.test.v1.Balance;
import io.github.grpconce.test.v1.LedgerServiceGrpc;
import io.github.grpconce.teststore.StoreTest;
import io.grpc.Context;
import io.grpc.Context.CancellableContext;
import io.grpc.Deadline;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What ends an attempt that nobody has answered, and that nothing of it happens afterwards. */
@Timeout(60)
@StoreTest
class AttemptEndsTest {

  private static final AddRequest REQUEST = add("alice", 5);

  @AutoClose private final FloodedServer flood = new FloodedServer();

  private final LedgerServer server = flood.server;
  private final List<HandlerByHand> handlers = new CopyOnWriteArrayList<>();

  /** Nobody moves it on: a context's own timer that is late. */
  private final ManualScheduler stopped = new ManualScheduler();

  @Test
  void halfCloseAfterTheLimit_executesNothing() {
    OpenCall<AddRequest, Balance> call = open().send(REQUEST);

    flood.scheduler.advance(Duration.ofMinutes(1));
    call.halfClose();

    assertNothingWasDone(call, Status.Code.DEADLINE_EXCEEDED);
  }

  /** Here a handler that was begun would be seen, because the store answers at once. */
  @Test
  void halfCloseAfterTheLimit_beginsNoHandler() {
    try (StepsByHand steps = new StepsByHand()) {
      StepsByHand.Node node = steps.start();
      OpenCall<AddRequest, Balance> call = node.open("id").send(REQUEST);

      node.scheduler.advance(Duration.ofMinutes(1));
      call.halfClose();

      assertEquals(Status.Code.DEADLINE_EXCEEDED, call.code());
      assertEquals(List.of(), steps.handlers());
      call.end();
      assertTrue(node.isIdle());
    }
  }

  /** Giving up doesn't stop a handler, so there can be two at once, of which one counts. */
  @Test
  void attemptAfterOneThatHasGone_hasAHandlerBesideThatOnes_andOneTakesEffect() {
    server.ledger.always((request, observer) -> handlers.add(new HandlerByHand(observer)));
    String id = RequestId.random().value();
    OpenCall<AddRequest, Balance> gone =
        flood.open(flood.guard, LedgerServiceGrpc.getAddMethod(), id).send(REQUEST).halfClose();
    Wait.until(() -> handlers.size() == 1);
    gone.end();
    OpenCall<AddRequest, Balance> back =
        flood.open(flood.guard, LedgerServiceGrpc.getAddMethod(), id).send(REQUEST).halfClose();
    Wait.until(() -> handlers.size() == 2);

    handlers.get(0).answer(1);
    assertFalse(back.isAnswered());
    handlers.get(1).answer(2);

    Wait.until(back::isAnswered);
    assertEquals(2, back.answer().getAmount());
    assertFalse(gone.isAnswered());
  }

  @Test
  void messageAndHalfCloseAfterTheLimit_executeNothing() {
    OpenCall<AddRequest, Balance> call = open();

    flood.scheduler.advance(Duration.ofMinutes(1));
    call.send(REQUEST).halfClose();

    assertNothingWasDone(call, Status.Code.DEADLINE_EXCEEDED);
  }

  @Test
  void halfCloseAfterTheEndOfTheContext_executesNothing() {
    CancellableContext context = Context.current().withCancellation();
    OpenCall<AddRequest, Balance> call = in(context, this::open).send(REQUEST);

    context.cancel(null);
    call.halfClose();

    assertNothingWasDone(call, Status.Code.CANCELLED);
  }

  @Test
  void requestThatIsNotCompleteAtTheContextsDeadline_isRefusedThen() {
    OpenCall<AddRequest, Balance> call = in(deadlineIn(10), this::open).send(REQUEST);

    flood.scheduler.advance(Duration.ofSeconds(10));

    assertNothingWasDone(call, Status.Code.DEADLINE_EXCEEDED);
  }

  /** Here nothing says that nothing was done. */
  @Test
  void handlerThatNeverAnswers_isLeftAtTheContextsDeadline() {
    server.ledger.always((request, observer) -> handlers.add(new HandlerByHand(observer)));
    OpenCall<AddRequest, Balance> call = in(deadlineIn(100), this::open).send(REQUEST).halfClose();
    Wait.until(() -> !handlers.isEmpty());

    flood.scheduler.advance(Duration.ofSeconds(99));
    assertFalse(call.isAnswered());
    flood.scheduler.advance(Duration.ofSeconds(1));

    assertLeft(call, Status.Code.DEADLINE_EXCEEDED);
    assertEquals("the call's deadline is over", message(call));
  }

  @Test
  void handlerThatNeverAnswers_isLeftWhenItsContextIsCancelled() {
    server.ledger.always((request, observer) -> handlers.add(new HandlerByHand(observer)));
    CancellableContext context = Context.current().withCancellation();
    OpenCall<AddRequest, Balance> call = in(context, this::open).send(REQUEST).halfClose();
    Wait.until(() -> !handlers.isEmpty());
    assertFalse(call.isAnswered());

    context.cancel(Status.ABORTED.withDescription("by quota").asRuntimeException());

    assertLeft(call, Status.Code.ABORTED);
  }

  @Test
  void contextThatIsCancelledAlready_executesNothing() {
    CancellableContext context = Context.current().withCancellation();
    context.cancel(null);

    OpenCall<AddRequest, Balance> call = in(context, this::open).send(REQUEST).halfClose();

    assertNothingWasDone(call, Status.Code.CANCELLED);
  }

  /** Empty messages, which would fit without end. */
  @Test
  void handlerThatSendsWhileTheCallIsReady_endsAtTheLimit() {
    IdempotencyServerInterceptor guard = flood.guard(options -> options.maxResponseBytes(1_000));
    server.ledger.always(
        (request, observer) -> {
          var call = (ServerCallStreamObserver<Balance>) observer;
          while (call.isReady()) {
            call.onNext(Balance.getDefaultInstance());
          }
        });

    OpenCall<AddRequest, Balance> call =
        flood
            .open(guard, LedgerServiceGrpc.getAddEachMethod(), RequestId.random().value())
            .send(REQUEST)
            .halfClose();

    Wait.until(call::isAnswered);
    assertEquals(Optional.of(ErrorReason.RESPONSE_TOO_LARGE), ErrorReason.of(call.failure()));
  }

  @Test
  void callIsNotReadyOnceItIsClosedOrNobodyWaits() {
    AtomicReference<ServerCallStreamObserver<Balance>> sending = new AtomicReference<>();
    server.ledger.always(
        (request, observer) -> {
          sending.set((ServerCallStreamObserver<Balance>) observer);
          sending.get().setOnCancelHandler(() -> {});
        });
    OpenCall<AddRequest, Balance> gone = open(LedgerServiceGrpc.getAddEachMethod());
    gone.send(REQUEST).halfClose();
    Wait.until(() -> sending.get() != null);
    assertTrue(sending.get().isReady());
    gone.end();
    assertFalse(sending.getAndSet(null).isReady());

    OpenCall<AddRequest, Balance> closed = open(LedgerServiceGrpc.getAddEachMethod());
    closed.send(REQUEST).halfClose();
    Wait.until(() -> sending.get() != null);
    assertTrue(sending.get().isReady());
    sending.get().onCompleted();
    assertFalse(sending.get().isReady());
  }

  private OpenCall<AddRequest, Balance> open() {
    return open(LedgerServiceGrpc.getAddMethod());
  }

  private OpenCall<AddRequest, Balance> open(MethodDescriptor<AddRequest, Balance> method) {
    return OpenCall.open(
        flood.guard, server.ledger.bindService(), method, headers(RequestId.random().value()));
  }

  private Context deadlineIn(long seconds) {
    return Context.current()
        .withDeadline(
            Deadline.after(seconds, TimeUnit.SECONDS, flood.scheduler.ticker()), stopped.service());
  }

  private static <T> T in(Context context, java.util.function.Supplier<T> opening) {
    AtomicReference<T> opened = new AtomicReference<>();
    context.run(() -> opened.set(opening.get()));
    return opened.get();
  }

  private static String message(OpenCall<?, ?> call) {
    return Status.fromThrowable(call.failure()).getDescription();
  }

  private void assertNothingWasDone(OpenCall<?, ?> call, Status.Code code) {
    assertEquals(code, call.code());
    assertTrue(message(call).endsWith("nothing was done"), message(call));
    assertEquals(0, server.ledger.executions());
    assertEquals(0, flood.guard.operations());
    assertEquals(List.of(), server.contents());
    call.end();
    flood.assertNothingIsKept();
  }

  private void assertLeft(OpenCall<?, ?> call, Status.Code code) {
    assertEquals(code, call.code());
    Wait.until(() -> handlers.get(0).told().equals(List.of(HandlerByHand.CANCELLED)));
    flood.assertNothingIsKept();
    call.end();
    assertEquals(1, call.closes());
    assertEquals(List.of(), server.contents());
  }
}
