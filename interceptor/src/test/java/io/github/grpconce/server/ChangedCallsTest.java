package io.github.grpconce.server;

import static io.github.grpconce.server.LedgerServer.add;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.github.grpconce.ErrorReason;
import io.github.grpconce.Guard;
import io.github.grpconce.GuardedExecution;
import io.github.grpconce.RequestId;
import io.github.grpconce.client.IdempotencyClientInterceptor;
import io.github.grpconce.test.v1.AddRequest;
import io.github.grpconce.test.v1.Balance;
import io.github.grpconce.test.v1.LedgerServiceGrpc;
import io.github.grpconce.test.v1.LedgerServiceGrpc.LedgerServiceBlockingStub;
import io.github.grpconce.test.v1.StepsServiceGrpc;
import io.github.grpconce.teststore.StoreTest;
import io.grpc.Context;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;

/**
 * A guarded handler that is not the same in every execution of an operation: a later version of it
 * has another call in between, or it repeats a call by itself. Its callee is guarded, too.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
@StoreTest
class ChangedCallsTest {

  private static final String ID = RequestId.random().value();
  private static final AddRequest PAY = add("paid", 10);
  private static final AddRequest AUDIT = add("audited", 0);

  private final LedgerServer callee = new LedgerServer();
  private final LostOnce lost = new LostOnce();
  private final LedgerServiceBlockingStub payments =
      LedgerServer.stub(
              callee.start(
                  LedgerServer.Transport.IN_PROCESS, options -> options, builder -> builder, lost))
          .withInterceptors(IdempotencyClientInterceptor.create());
  private final LedgerServer caller = new LedgerServer();
  private final StepsServers steps = new StepsServers();

  @AfterEach
  void close() {
    steps.close();
    caller.close();
    callee.close();
  }

  @Test
  void transactionMode_aSwallowedRefusal_isNoAnswer_andTheEarlierVersionFinishes() {
    var stub = LedgerServer.stub(caller.start(), ID);
    caller.ledger.next((request, observer) -> payAndDie());
    assertThrows(StatusRuntimeException.class, () -> stub.add(PAY));
    assertEquals(10, callee.balance("paid"));

    for (int attempt = 0; attempt < 2; attempt++) {
      caller.ledger.next(
          (request, observer) -> {
            auditSwallowingItsFailure();
            assertCallsChanged(() -> payments.add(PAY));
            caller.ledger.addAndAnswer(request, observer);
          });
      assertCallsChanged(() -> stub.add(PAY));
    }
    assertEquals(10, callee.balance("paid"));
    assertEquals(0, caller.balance("paid"));

    caller.ledger.next(
        (request, observer) -> {
          Balance unused = payments.add(PAY);
          caller.ledger.addAndAnswer(request, observer);
        });
    assertEquals(10, stub.add(PAY).getAmount());
    assertEquals(10, callee.balance("paid"));
  }

  /** A failure that would be final must not be recorded either. */
  @Test
  void transactionMode_aFinalFailureOfABrokenExecution_isNotRecorded() {
    var stub = LedgerServer.stub(caller.start(), ID);
    caller.ledger.next((request, observer) -> payAndDie());
    assertThrows(StatusRuntimeException.class, () -> stub.add(PAY));
    caller.ledger.next(
        (request, observer) -> {
          auditSwallowingItsFailure();
          observer.onError(Status.NOT_FOUND.asRuntimeException());
        });
    assertCallsChanged(() -> stub.add(PAY));
    caller.ledger.next(caller.ledger::addAndAnswer);
    assertEquals(10, stub.add(PAY).getAmount());
  }

  @Test
  void stepsMode_aBrokenExecution_makesNoStep_andIsNotRecorded() {
    StepsServers.Node node = steps.start();
    steps.transfers.next((request, call) -> payAndDie());
    assertThrows(StatusRuntimeException.class, () -> node.transfer(ID, PAY));

    AtomicInteger begun = new AtomicInteger();
    steps.transfers.next(
        (request, call) -> {
          auditSwallowingItsFailure();
          assertCallsChanged(() -> payments.add(PAY));
          assertCallsChanged(() -> call.step("take", tr -> begun.incrementAndGet()));
          assertCallsChanged(() -> call.finish("give", tr -> Transfers.given(tr, request)));
          return Balance.getDefaultInstance();
        });
    assertCallsChanged(() -> node.transfer(ID, PAY));

    assertEquals(0, begun.get());
    assertEquals(10, callee.balance("paid"));
    assertEquals(0, steps.given());
    steps.transfers.next(
        (request, call) -> {
          Balance unused = payments.add(PAY);
          return call.finish("give", tr -> Transfers.given(tr, request));
        });
    assertEquals(10, node.transfer(ID, PAY).getAmount());
    assertEquals(10, callee.balance("paid"));
  }

  /** The call that shows it is the step's own. */
  @Test
  void stepsMode_aStepThatSwallowsTheRefusal_isNotCommitted() {
    StepsServers.Node node = steps.start();
    steps.transfers.next(
        (request, call) -> {
          call.step("take", tr -> payAndDie());
          throw new AssertionError("it died");
        });
    assertThrows(StatusRuntimeException.class, () -> node.transfer(ID, PAY));
    steps.transfers.next(
        (request, call) -> {
          call.step(
              "take",
              tr -> {
                auditSwallowingItsFailure();
                Transfers.add(tr, "taken", 10);
              });
          return Balance.getDefaultInstance();
        });
    assertCallsChanged(() -> node.transfer(ID, PAY));
    assertEquals(0, steps.taken());
  }

  @Test
  void consumer_aSwallowedRefusal_writesNothing() {
    IdempotentConsumer consumer =
        IdempotentConsumer.named("shipping", steps.store, LedgerServer.RECORDS);
    ByteString content = ByteString.copyFromUtf8("ship");
    assertThrows(
        StatusRuntimeException.class,
        () -> consumer.process(RequestId.of(ID), content, tr -> shipped(payAndDie())));
    MessageRefusedException refusal =
        assertThrows(
            MessageRefusedException.class,
            () ->
                consumer.process(
                    RequestId.of(ID),
                    content,
                    tr -> {
                      auditSwallowingItsFailure();
                      Transfers.add(tr, "taken", 10);
                      return ByteString.EMPTY;
                    }));
    assertEquals(ErrorReason.CALLS_CHANGED, refusal.reason());
    assertTrue(refusal.getMessage().contains("Label your calls"), refusal.getMessage());
    assertEquals(0, steps.taken());
    assertEquals(10, callee.balance("paid"));
  }

  private static ByteString shipped(Balance paid) {
    return paid.toByteString();
  }

  /** With labels, a later version may have any calls in between. */
  @Test
  void labelledCalls_areTheSameInEveryVersion() {
    var stub = LedgerServer.stub(caller.start(), ID);
    caller.ledger.next(
        (request, observer) -> {
          Balance unused = labelled("pay").add(PAY);
          throw Status.UNAVAILABLE.asRuntimeException();
        });
    assertThrows(StatusRuntimeException.class, () -> stub.add(PAY));
    caller.ledger.next(
        (request, observer) -> {
          Balance audited = labelled("audit").add(AUDIT);
          Balance paid = labelled("pay").add(PAY);
          assertNotEquals(audited, paid);
          caller.ledger.addAndAnswer(request, observer);
        });
    assertEquals(10, stub.add(PAY).getAmount());
    assertEquals(10, callee.balance("paid"));
  }

  @Test
  void aGuardThatDemandsLabels_refusesTheOtherCalls_inBothModes() {
    var stub =
        LedgerServer.stub(
            caller.start(
                options ->
                    options.guard(
                        LedgerServiceGrpc.getAddMethod(), Guard.transaction().withLabelledCalls())),
            ID);
    caller.ledger.next(
        (request, observer) -> {
          assertLabelMissing(() -> payments.add(PAY));
          Balance unused = labelled("pay").add(PAY);
          caller.ledger.addAndAnswer(request, observer);
        });
    assertEquals(10, stub.add(PAY).getAmount());

    Guard guard = Guard.steps().withLabelledCalls();
    StepsServers.Node node =
        steps.start(options -> options.guard(StepsServiceGrpc.getTransferMethod(), guard));
    steps.transfers.next(
        (request, call) -> {
          assertLabelMissing(() -> payments.add(PAY));
          call.step("take", tr -> assertLabelMissing(() -> payments.add(PAY)));
          Balance unused = labelled("pay").add(PAY);
          return Transfers.give(request, call);
        });
    assertEquals(10, node.transfer(ID, PAY).getAmount());
    assertEquals(20, callee.balance("paid"));
  }

  /** The trap: each turn of the loop is another call by its order. */
  @Test
  void aLoopOfTheHandlersOwn_withoutLabel_paysTwice() {
    assertEquals(20, paidBy(() -> payments.add(PAY)));
  }

  @Test
  void aLoopOfTheHandlersOwn_withALabel_paysOnce() {
    assertEquals(10, paidBy(() -> labelled("pay").add(PAY)));
  }

  @Test
  void aLoopOfTheHandlersOwn_inAContextWithAChild_paysOnce() {
    assertEquals(
        10,
        paidBy(
            () -> {
              RequestId child = GuardedExecution.current().child("pay");
              Context context =
                  IdempotencyClientInterceptor.withRequestId(Context.current(), child);
              return inContext(context, () -> payments.add(PAY));
            }));
  }

  /** It is derived all the same, if by hand. */
  @Test
  void aChildByHandThatIsRefusedAsReused_breaksTheExecution() {
    var stub = LedgerServer.stub(caller.start(), ID);
    caller.ledger.next(
        (request, observer) -> {
          RequestId child = GuardedExecution.current().child("pay");
          Context context = IdempotencyClientInterceptor.withRequestId(Context.current(), child);
          Balance unused = inContext(context, () -> payments.add(PAY));
          assertThrows(
              StatusRuntimeException.class, () -> inContext(context, () -> payments.add(AUDIT)));
          caller.ledger.addAndAnswer(request, observer);
        });
    assertCallsChanged(() -> stub.add(PAY));
  }

  /** An ID that isn't derived from the execution says nothing of its code, if it is reused. */
  @Test
  void anIdOfSomebodyElsesThatIsRefusedAsReused_breaksNothing() {
    RequestId others = RequestId.random();
    Metadata headers = LedgerServer.headers(RequestId.random().value());
    LedgerServiceBlockingStub byOption =
        payments.withOption(IdempotencyClientInterceptor.REQUEST_ID, others);
    LedgerServiceBlockingStub byHeader =
        payments.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
    caller.ledger.next(
        (request, observer) -> {
          for (LedgerServiceBlockingStub each : List.of(byOption, byHeader)) {
            Balance unused = each.add(PAY);
            StatusRuntimeException refusal =
                assertThrows(StatusRuntimeException.class, () -> each.add(AUDIT));
            assertEquals(Optional.of(ErrorReason.REQUEST_ID_REUSED), ErrorReason.of(refusal));
          }
          GuardedExecution.current().requireUnbroken();
          caller.ledger.addAndAnswer(request, observer);
        });

    assertEquals(10, LedgerServer.stub(caller.start(), ID).add(PAY).getAmount());
  }

  private static Balance inContext(Context context, Supplier<Balance> call) {
    Context previous = context.attach();
    try {
      return call.get();
    } finally {
      context.detach(previous);
    }
  }

  /** What a handler pays whose first call's answer is lost, and which then calls again. */
  private long paidBy(Supplier<Balance> call) {
    lost.next();
    caller.ledger.next(
        (request, observer) -> {
          assertThrows(StatusRuntimeException.class, call::get);
          Balance unused = call.get();
          caller.ledger.addAndAnswer(request, observer);
        });
    Balance unused = LedgerServer.stub(caller.start(), ID).add(PAY);
    return callee.balance("paid");
  }

  @Test
  void newId_isTheSameInEveryExecution_andNoOtherCallersOrMethods() {
    StepsServers.Node node = steps.start();
    List<UUID> made = new ArrayList<>();
    steps.transfers.next(
        (request, call) -> {
          made.add(call.newId("order"));
          throw Status.UNAVAILABLE.asRuntimeException();
        });
    assertThrows(StatusRuntimeException.class, () -> node.transfer(ID, PAY));
    steps.transfers.next(
        (request, call) -> {
          call.step("take", tr -> made.add(IdempotentCall.current().newId("order")));
          return Transfers.give(request, call);
        });
    assertEquals(10, node.transfer(ID, PAY).getAmount());
    assertEquals(2, made.size());
    assertEquals(made.get(0), made.get(1));

    Metadata.Key<String> user = Metadata.Key.of("user", Metadata.ASCII_STRING_MARSHALLER);
    var channel = caller.start(options -> options.scope(CallerScope.header(user)));
    for (String name : List.of("ann", "ben")) {
      caller.ledger.next(
          (request, observer) -> {
            made.add(IdempotentCall.current().newId("order"));
            caller.ledger.addAndAnswer(request, observer);
          });
      Metadata headers = LedgerServer.headers(ID);
      headers.put(user, name);
      Balance unused = LedgerServer.stub(channel, headers).add(PAY);
    }
    assertEquals(3, Set.copyOf(made).size());
  }

  private Balance payAndDie() {
    Balance unused = payments.add(PAY);
    throw Status.UNAVAILABLE.asRuntimeException();
  }

  private void auditSwallowingItsFailure() {
    var refusal = assertThrows(StatusRuntimeException.class, () -> payments.add(AUDIT));
    assertEquals(Optional.of(ErrorReason.REQUEST_ID_REUSED), ErrorReason.of(refusal));
  }

  private LedgerServiceBlockingStub labelled(String label) {
    return payments.withOption(IdempotencyClientInterceptor.LABEL, label);
  }

  private static void assertCallsChanged(Executable action) {
    var refusal = assertThrows(StatusRuntimeException.class, action);
    assertEquals(Optional.of(ErrorReason.CALLS_CHANGED), ErrorReason.of(refusal));
    assertTrue(refusal.getMessage().contains("Label your calls"), refusal.getMessage());
  }

  private static void assertLabelMissing(Executable action) {
    var refusal = assertThrows(StatusRuntimeException.class, action);
    assertEquals(Optional.of(ErrorReason.LABEL_MISSING), ErrorReason.of(refusal));
  }

  /** Loses an answer when it is told to, as a connection does. */
  private static final class LostOnce implements ServerInterceptor {

    private final AtomicInteger toLose = new AtomicInteger();

    void next() {
      toLose.incrementAndGet();
    }

    @Override
    public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
        ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
      if (toLose.get() == 0) {
        return next.startCall(call, headers);
      }
      toLose.decrementAndGet();
      return next.startCall(new Lost<>(call), headers);
    }
  }

  private static final class Lost<ReqT, RespT> extends SimpleForwardingServerCall<ReqT, RespT> {

    Lost(ServerCall<ReqT, RespT> call) {
      super(call);
    }

    @Override
    public void sendHeaders(Metadata headers) {}

    @Override
    public void sendMessage(RespT message) {}

    @Override
    public void close(Status status, Metadata trailers) {
      super.close(Status.UNAVAILABLE, new Metadata());
    }
  }
}
