package io.github.grpconce.server;

import static io.github.grpconce.server.LedgerServer.add;
import static io.github.grpconce.server.LedgerServer.stub;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import com.google.protobuf.Any;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import io.github.grpconce.ErrorReason;
import io.github.grpconce.Guard;
import io.github.grpconce.IdempotencyHeaders;
import io.github.grpconce.RequestId;
import io.github.grpconce.client.IdempotencyClientInterceptor;
import io.github.grpconce.client.RetryServiceConfig;
import io.github.grpconce.test.v1.AddRequest;
import io.github.grpconce.test.v1.LedgerServiceGrpc;
import io.github.grpconce.test.v1.LedgerServiceGrpc.LedgerServiceBlockingStub;
import io.github.grpconce.teststore.StoreTest;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.util.TransmitStatusRuntimeExceptionInterceptor;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A handler passes on what a callee's guard has said: it is neither its own reason nor final. */
@StoreTest
class CalleeRefusalTest {

  private static final String ID = RequestId.random().value();
  private static final AddRequest REQUEST = add("alice", 5);

  private static StatusRuntimeException expired() {
    return ErrorReason.REQUEST_ID_EXPIRED.refusal("too old");
  }

  @AutoClose private final LedgerServer server = new LedgerServer();
  @AutoClose private final LedgerServer callee = new LedgerServer();

  @ParameterizedTest
  @EnumSource
  void reason_isTakenAway_andTheNextAttemptExecutes(ErrorReason reason) {
    Status.Code code =
        reason.code() == Status.Code.UNAVAILABLE ? Status.Code.UNAVAILABLE : Status.Code.INTERNAL;

    assertNotItsOwn(code, reason.refusal("so it says"), "so it says");
  }

  @ParameterizedTest
  @MethodSource("waysToPassItOn")
  void howeverItIsPassedOn(Function<StatusRuntimeException, Throwable> way) {
    assertNotItsOwn(Status.Code.INTERNAL, way.apply(expired()), "too old");
  }

  static Stream<Named<Function<StatusRuntimeException, Throwable>>> waysToPassItOn() {
    return Stream.of(
        Named.of("wrapped", IllegalStateException::new),
        Named.of("checked", e -> new StatusException(e.getStatus(), e.getTrailers())),
        Named.of("as a cause", e -> e.getStatus().withCause(e).asRuntimeException()),
        Named.of(
            "as a checked cause",
            e ->
                e.getStatus()
                    .withCause(new StatusException(e.getStatus(), e.getTrailers()))
                    .asRuntimeException()),
        Named.of("with a pushback of its callee's", CalleeRefusalTest::pushedBack),
        Named.of(
            "as a cause's cause",
            e -> e.getStatus().withCause(new IllegalStateException(e)).asRuntimeException()),
        Named.of(
            "its trailers with words of the handler's own",
            e ->
                Status.NOT_FOUND
                    .withDescription("not found: too old")
                    .asRuntimeException(e.getTrailers())),
        Named.of("by a newer guard", e -> refusalOfANewerGuard()));
  }

  private static Throwable pushedBack(StatusRuntimeException refusal) {
    refusal.getTrailers().put(IdempotencyHeaders.RETRY_PUSHBACK_MILLIS, "7");
    return refusal;
  }

  private static Throwable refusalOfANewerGuard() {
    ErrorInfo info =
        ErrorInfo.newBuilder().setDomain(ErrorReason.DOMAIN).setReason("UNHEARD_OF").build();
    return StatusProto.toStatusRuntimeException(
        com.google.rpc.Status.newBuilder()
            .setCode(Code.NOT_FOUND_VALUE)
            .setMessage("too old")
            .addDetails(Any.pack(ErrorInfo.newBuilder().setDomain("bank").build()))
            .addDetails(Any.pack(info))
            .build());
  }

  /** The status alone, which says nothing of where it comes from, or words around its own. */
  @ParameterizedTest
  @ValueSource(strings = {"%s", "no charge: %s", "(%s)"})
  void statusOfACallThatWasRefused(String words) {
    Channel refusing = refusing();
    server.ledger.next(
        (request, observer) -> {
          StatusRuntimeException refusal =
              assertThrows(StatusRuntimeException.class, () -> stub(refusing).add(REQUEST));
          observer.onError(
              Status.FAILED_PRECONDITION
                  .withDescription(words.formatted(refusal.getStatus().getDescription()))
                  .asRuntimeException());
        });

    StatusRuntimeException failure =
        assertThrows(StatusRuntimeException.class, () -> stub(server.start(), ID).add(REQUEST));

    assertEquals(Status.Code.INTERNAL, failure.getStatus().getCode());
  }

  /** Gives what a handler throws another form, as frameworks do. */
  private static ServerInterceptor mapping(Function<StatusRuntimeException, Status> status) {
    return new ServerInterceptor() {
      @Override
      public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
          ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
        return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
          @Override
          public void onHalfClose() {
            try {
              super.onHalfClose();
            } catch (StatusRuntimeException e) {
              call.close(status.apply(e), new Metadata());
            }
          }
        };
      }
    };
  }

  static Stream<Named<ServerInterceptor>> mappings() {
    return Stream.of(
        Named.of("gRPC's own", TransmitStatusRuntimeExceptionInterceptor.instance()),
        Named.of("its status", mapping(StatusRuntimeException::getStatus)),
        Named.of("its status and itself", mapping(e -> e.getStatus().withCause(e))),
        Named.of(
            "its text",
            mapping(e -> Status.NOT_FOUND.withDescription("sorry: " + e.getMessage()))));
  }

  @ParameterizedTest
  @MethodSource("mappings")
  void howeverAnInterceptorBelowTheGuardPutsIt(ServerInterceptor below) {
    Channel refusing = refusing();
    server.ledger.next((request, observer) -> observer.onNext(stub(refusing).add(REQUEST)));
    LedgerServiceBlockingStub client = stub(server.startBelow(below), ID);

    assertNotItsOwn(Status.Code.INTERNAL, client, "over the limit");
  }

  private Channel refusing() {
    return ClientInterceptors.intercept(
        callee.start(options -> options.maxRequestBytes(1)), IdempotencyClientInterceptor.create());
  }

  @Test
  void inSteps_theReasonIsTakenAway_andTheNextAttemptExecutes() {
    Channel refusing = refusing();
    try (StepsServers steps = new StepsServers()) {
      steps.transfers.next(
          (request, call) -> {
            Transfers.take(request, call);
            return stub(refusing).add(REQUEST);
          });
      StepsServers.Node node = steps.start();

      StatusRuntimeException answer =
          assertThrows(StatusRuntimeException.class, () -> node.transfer(ID, REQUEST));

      assertEquals(Status.Code.INTERNAL, answer.getStatus().getCode());
      assertEquals(Optional.empty(), ErrorReason.of(answer));
      assertEquals(5, node.transfer(ID, REQUEST).getAmount());
      steps.assertTransferredOnce();
    }
  }

  /** INTERNAL is worth another attempt where an answer was lost; here it isn't. */
  @Test
  void refusalThatNoAttemptCures_isNotAskedForAgain() {
    server.ledger.always((request, observer) -> observer.onError(expired()));
    Channel channel =
        server.start(
            LedgerServer.Transport.IN_PROCESS,
            options -> options,
            builder ->
                builder
                    .enableRetry()
                    .defaultServiceConfig(
                        RetryServiceConfig.forServices(LedgerServiceGrpc.getServiceDescriptor())));

    StatusRuntimeException answer =
        assertThrows(StatusRuntimeException.class, () -> stub(channel, ID).add(REQUEST));

    assertEquals(Status.Code.INTERNAL, answer.getStatus().getCode());
    assertEquals(1, server.ledger.executions());
  }

  /** This call's own reason; but its handler will have another version. */
  @Test
  void labelThatIsMissing_staysTheReason_andTheNextAttemptExecutes() {
    Channel other =
        ClientInterceptors.intercept(callee.start(), IdempotencyClientInterceptor.create());
    server.ledger.next(
        (request, observer) ->
            observer.onError(
                assertThrows(StatusRuntimeException.class, () -> stub(other).add(REQUEST))));
    Guard labelled = Guard.transaction().withLabelledCalls();
    LedgerServiceBlockingStub client =
        stub(
            server.start(options -> options.guard(LedgerServiceGrpc.getAddMethod(), labelled)), ID);

    StatusRuntimeException answer =
        assertThrows(StatusRuntimeException.class, () -> client.add(REQUEST));

    assertEquals(Optional.of(ErrorReason.LABEL_MISSING), ErrorReason.of(answer));
    assertEquals(Status.Code.FAILED_PRECONDITION, answer.getStatus().getCode());
    assertEquals(5, client.add(REQUEST).getAmount());
    assertEquals(2, server.ledger.executions());
  }

  @Test
  void handlersOwnDetails_stay() {
    StatusRuntimeException own =
        StatusProto.toStatusRuntimeException(
            com.google.rpc.Status.newBuilder()
                .setCode(Code.NOT_FOUND_VALUE)
                .addDetails(Any.pack(ErrorInfo.newBuilder().setDomain("bank").build()))
                .build());
    server.ledger.always((request, observer) -> observer.onError(own));
    LedgerServiceBlockingStub client = stub(server.start(), ID);

    for (int attempt = 0; attempt < 2; attempt++) {
      StatusRuntimeException failure =
          assertThrows(StatusRuntimeException.class, () -> client.add(REQUEST));
      assertEquals(StatusProto.fromThrowable(own), StatusProto.fromThrowable(failure));
    }
    assertEquals(1, server.ledger.executions());
  }

  /** A handler that gives a reason has made up its answer, and may quote what it was told. */
  @Test
  void handlersOwnDetails_stay_whateverWordsOfARefusalAreWithThem() {
    Channel refusing = refusing();
    server.ledger.next(
        (request, observer) -> {
          StatusRuntimeException refusal =
              assertThrows(StatusRuntimeException.class, () -> stub(refusing).add(REQUEST));
          observer.onError(
              StatusProto.toStatusRuntimeException(
                  com.google.rpc.Status.newBuilder()
                      .setCode(Code.FAILED_PRECONDITION_VALUE)
                      .setMessage("the bank says: " + refusal.getStatus().getDescription())
                      .addDetails(Any.pack(ErrorInfo.newBuilder().setDomain("shop").build()))
                      .build()));
        });
    LedgerServiceBlockingStub client = stub(server.start(), ID);

    for (int attempt = 0; attempt < 2; attempt++) {
      StatusRuntimeException failure =
          assertThrows(StatusRuntimeException.class, () -> client.add(REQUEST));
      assertEquals(Status.Code.FAILED_PRECONDITION, failure.getStatus().getCode());
      assertEquals(
          1, StatusProto.fromThrowable(failure).getDetailsList().size(), failure::toString);
    }
    assertEquals(1, server.ledger.executions());
  }

  /** What the handler says after it has heard of a refusal is its own word. */
  @Test
  void statusOfTheHandlersOwn_withARefusalAsItsCause_isFinal() {
    server.ledger.always(
        (request, observer) ->
            observer.onError(
                Status.NOT_FOUND
                    .withDescription("gone")
                    .withCause(expired())
                    .asRuntimeException()));
    LedgerServiceBlockingStub client = stub(server.start(), ID);

    assertThrows(StatusRuntimeException.class, () -> client.add(REQUEST));
    StatusRuntimeException again =
        assertThrows(StatusRuntimeException.class, () -> client.add(REQUEST));

    assertEquals("gone", again.getStatus().getDescription());
    assertEquals(1, server.ledger.executions());
  }

  @Test
  void calleesMarkOfAReplay_isNotTheCallers() {
    Metadata trailers = new Metadata();
    trailers.put(IdempotencyHeaders.REPLAYED, "true");
    server.ledger.always(
        (request, observer) -> observer.onError(Status.NOT_FOUND.asRuntimeException(trailers)));

    StatusRuntimeException failure =
        assertThrows(StatusRuntimeException.class, () -> stub(server.start(), ID).add(REQUEST));

    assertFalse(failure.getTrailers().containsKey(IdempotencyHeaders.REPLAYED));
  }

  private static List<String> pushbacks(StatusRuntimeException answer) {
    Iterable<String> values = answer.getTrailers().getAll(IdempotencyHeaders.RETRY_PUSHBACK_MILLIS);
    return values == null ? List.of() : ImmutableList.copyOf(values);
  }

  private void assertNotItsOwn(Status.Code code, Throwable failure, String said) {
    server.ledger.next((request, observer) -> observer.onError(failure));
    assertNotItsOwn(code, stub(server.start(), ID), said);
  }

  private void assertNotItsOwn(Status.Code code, LedgerServiceBlockingStub client, String said) {
    StatusRuntimeException answer =
        assertThrows(StatusRuntimeException.class, () -> client.add(REQUEST));

    assertEquals(code, answer.getStatus().getCode());
    assertEquals(Optional.empty(), ErrorReason.of(answer));
    assertTrue(answer.getStatus().getDescription().contains(said), answer::getMessage);
    assertEquals(code == Status.Code.UNAVAILABLE ? List.of() : List.of("-1"), pushbacks(answer));
    assertEquals(5, client.add(REQUEST).getAmount());
    assertEquals(2, server.ledger.executions());
  }
}
