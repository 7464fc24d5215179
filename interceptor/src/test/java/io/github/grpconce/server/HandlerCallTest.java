package io.github.grpconce.server;

import static io.github.grpconce.server.LedgerServer.add;
import static io.github.grpconce.server.LedgerServer.headers;
import static io.github.grpconce.server.LedgerServer.stub;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.SettableFuture;
import com.google.protobuf.ByteString;
import io.github.grpconce.ErrorReason;
import io.github.grpconce.FaultyDatabase;
import io.github.grpconce.LogCapture;
import io.github.grpconce.RequestId;
import io.github.grpconce.Wait;
import io.github.grpconce.test.v1.AddRequest;
import io.github.grpconce.test.v1.Balance;
import io.github.grpconce.test.v1.LedgerServiceGrpc;
import io.github.grpconce.teststore.StoreTest;
import io.github.grpconce.v1.Outcome;
import io.grpc.Attributes;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.SecurityLevel;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What handlers, and interceptors between them and the guard, find in their call and do with it.
 */
@StoreTest
class HandlerCallTest {

  private static final String ID = RequestId.random().value();
  private static final AddRequest REQUEST = add("alice", 5);
  private static final Balance BALANCE = Balance.newBuilder().setAmount(5).build();

  private final LedgerServer server = new LedgerServer();
  private final ExecutorService handlers = Executors.newSingleThreadExecutor();

  @AfterEach
  void close() {
    server.close();
    handlers.shutdownNow();
  }

  @ParameterizedTest(name = "{2}")
  @MethodSource("whatGrpcForbids")
  void misuse_isRefusedAtOnce(Consumer<Call> before, Consumer<Call> mistake, String complaint) {
    List<String> complaints = new ArrayList<>();
    Channel channel =
        serveAdd(
            call -> {
              before.accept(call);
              IllegalStateException refusal =
                  assertThrows(IllegalStateException.class, () -> mistake.accept(call));
              complaints.add(refusal.getMessage());
              throw refusal;
            });

    assertFails(Status.Code.UNKNOWN, channel);
    assertEquals(List.of(complaint), complaints);
    assertEquals(List.of(), server.contents());
  }

  static Stream<Arguments> whatGrpcForbids() {
    return Stream.of(
        misuse(Call::sendHeaders, Call::sendHeaders, "the headers were sent before"),
        misuse(Call::abort, Call::sendHeaders, "the call is closed"),
        misuse(call -> {}, Call::sendMessage, "the headers were not sent before the first message"),
        misuse(Call::answer, Call::sendMessage, "the call is closed"),
        misuse(Call::abort, Call::abort, "the call is closed already"));
  }

  private static Arguments misuse(Consumer<Call> before, Consumer<Call> mistake, String complaint) {
    return arguments(before, mistake, complaint);
  }

  @Test
  void callThatTheGuardHasEnded_takesNoFurtherNotice() throws Exception {
    LinkedBlockingQueue<Object> events = new LinkedBlockingQueue<>();
    Channel channel =
        serveAdd(
            call -> {
              call.sendHeaders();
              call.sendMessage();
              events.add(call.isCancelled());
              call.sendMessage();
              events.add(call.isCancelled());
              call.sendMessage();
              call.sendHeaders();
              call.complete();
              call.complete();
            });

    StatusRuntimeException failure = assertFails(Status.Code.INTERNAL, channel);

    assertEquals("the handler sent more than one response", failure.getStatus().getDescription());
    assertEquals(List.of(false, true), soFar(events));
    assertEquals(List.of(), server.contents());
  }

  @Test
  void guardsOwnWord_countsEvenIfTheHandlerThrowsAfterwards() {
    Channel channel =
        serveAdd(
            call -> {
              call.sendHeaders();
              call.sendMessage();
              call.sendMessage();
              throw new IllegalStateException("and that, too");
            });

    assertFails(Status.Code.INTERNAL, channel);
  }

  @Test
  void answerOfExactlyTheLimit_isRecorded_andOneByteMoreIsNot() {
    Balance answer = Balance.newBuilder().setPadding(ByteString.copyFrom(new byte[100])).build();
    int bytes =
        Outcome.newBuilder().addResponses(answer.toByteString()).build().getSerializedSize();
    server.ledger.always(
        (request, observer) -> {
          observer.onNext(answer);
          observer.onCompleted();
        });

    Channel large = server.start(options -> options.maxResponseBytes(bytes));
    assertEquals(answer, stub(large, ID).add(REQUEST));
    assertEquals(answer, stub(large, ID).add(REQUEST));
    assertEquals(1, server.ledger.executions());

    Channel small = server.start(options -> options.maxResponseBytes(bytes - 1));
    StatusRuntimeException failure =
        assertThrows(
            StatusRuntimeException.class,
            () -> stub(small, RequestId.random().value()).add(REQUEST));
    assertEquals(Optional.of(ErrorReason.RESPONSE_TOO_LARGE), ErrorReason.of(failure));
  }

  @Test
  void whoIsCalling_isWhatTheTransportSays() {
    Caller above = new Caller();
    Caller below = new Caller();
    Channel channel = server.startBetween(above, below);

    stub(channel, ID).add(REQUEST);

    assertEquals(1, below.seen.size());
    assertEquals(List.copyOf(above.seen), List.copyOf(below.seen));
  }

  @Test
  void messages_areGivenAsTheyAreAskedFor_andTheEndUnasked() throws Exception {
    LinkedBlockingQueue<String> events = new LinkedBlockingQueue<>();
    LinkedBlockingQueue<Call> calls = new LinkedBlockingQueue<>();
    Channel channel =
        serve(
            LedgerServiceGrpc.getAddAllMethod(),
            (call, headers) -> {
              calls.add(new Call(call));
              return new Noting(events);
            });
    ListenableFuture<Balance> answer = addAll(channel, List.of(1, 2, 3));

    Call call = calls.take();
    assertEquals(List.of("ready"), soFar(events));
    call.request(1);
    assertEquals(List.of("ready", "1"), soFar(events));
    call.request(2);
    assertEquals(List.of("ready", "1", "2", "3", "half-close"), soFar(events));
    call.request(9);
    call.answer();

    assertEquals(BALANCE, answer.get());
    Wait.until(() -> events.contains("complete"));
    assertEquals(List.of("ready", "1", "2", "3", "half-close", "complete"), soFar(events));
  }

  @Test
  void farewellThatThrows_isLoggedAndChangesNothing() throws Exception {
    LinkedBlockingQueue<String> events = new LinkedBlockingQueue<>();
    Channel channel =
        serve(
            LedgerServiceGrpc.getAddMethod(),
            (call, headers) -> {
              call.request(2);
              return new Noting(events) {
                @Override
                public void onHalfClose() {
                  new Call(call).answer();
                }

                @Override
                public void onComplete() {
                  super.onComplete();
                  throw new IllegalStateException("no farewell");
                }
              };
            });
    try (LogCapture log = LogCapture.start()) {
      assertEquals(BALANCE, stub(channel, ID).add(REQUEST));

      Wait.until(() -> events.contains("complete"));
      soFar(events);
      assertEquals(1, log.seen().stream().filter(text -> text.contains("no farewell")).count());
    }
    assertEquals(BALANCE, stub(channel, ID).add(REQUEST));
  }

  @Test
  void handlerThatThrows_isLogged_unlessItsStoreSaidTryAgain() {
    server.ledger.next(
        (request, observer) -> {
          throw new IllegalStateException("told", FaultyDatabase.error(1020));
        });
    server.ledger.next(
        (request, observer) -> {
          throw new IllegalStateException("untold");
        });
    Channel channel = server.start();

    try (LogCapture log = LogCapture.start()) {
      assertFails(Status.Code.UNKNOWN, channel);

      assertTrue(log.seen().stream().anyMatch(text -> text.contains("untold")));
      assertFalse(log.seen().stream().anyMatch(text -> text.contains(": told")));
    }
  }

  /** All events of a handler that were due before: its thread has nothing left to do. */
  private <T> List<T> soFar(LinkedBlockingQueue<T> events) throws Exception {
    handlers.submit(() -> {}).get();
    return List.copyOf(events);
  }

  private Channel serveAdd(Consumer<Call> onHalfClose) {
    return serve(
        LedgerServiceGrpc.getAddMethod(),
        (call, headers) -> {
          call.request(2);
          return new ServerCall.Listener<>() {
            @Override
            public void onHalfClose() {
              onHalfClose.accept(new Call(call));
            }
          };
        });
  }

  private Channel serve(
      MethodDescriptor<AddRequest, Balance> method,
      ServerCallHandler<AddRequest, Balance> handler) {
    ServerServiceDefinition service =
        ServerServiceDefinition.builder(LedgerServiceGrpc.SERVICE_NAME)
            .addMethod(method, handler)
            .build();
    return server.startUnchecked(
        server.interceptor(options -> options.executor(handlers)).guard(service));
  }

  private static ListenableFuture<Balance> addAll(Channel channel, List<Integer> amounts) {
    SettableFuture<Balance> answer = SettableFuture.create();
    StreamObserver<AddRequest> requests =
        LedgerServiceGrpc.newStub(channel)
            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers(ID)))
            .addAll(new SoleAnswer(answer));
    amounts.forEach(amount -> requests.onNext(add("alice", amount)));
    requests.onCompleted();
    return answer;
  }

  private static StatusRuntimeException assertFails(Status.Code code, Channel channel) {
    StatusRuntimeException failure =
        assertThrows(StatusRuntimeException.class, () -> stub(channel, ID).add(REQUEST));
    assertEquals(code, failure.getStatus().getCode(), failure::getMessage);
    return failure;
  }

  /** A call, as a handler uses it that doesn't get it from gRPC's stubs. */
  private record Call(ServerCall<?, Balance> call) {

    void request(int messages) {
      call.request(messages);
    }

    void sendHeaders() {
      call.sendHeaders(new Metadata());
    }

    void sendMessage() {
      call.sendMessage(BALANCE);
    }

    void complete() {
      call.close(Status.OK, new Metadata());
    }

    void abort() {
      call.close(Status.ABORTED, new Metadata());
    }

    void answer() {
      sendHeaders();
      sendMessage();
      complete();
    }

    boolean isCancelled() {
      return call.isCancelled();
    }
  }

  /** Notes what a handler is told. */
  private static class Noting extends ServerCall.Listener<AddRequest> {

    private final LinkedBlockingQueue<String> events;

    Noting(LinkedBlockingQueue<String> events) {
      this.events = events;
    }

    @Override
    public void onReady() {
      events.add("ready");
    }

    @Override
    public void onMessage(AddRequest request) {
      events.add(Long.toString(request.getAmount()));
    }

    @Override
    public void onHalfClose() {
      events.add("half-close");
    }

    @Override
    public void onCancel() {
      events.add("cancelled");
    }

    @Override
    public void onComplete() {
      events.add("complete");
    }
  }

  /** Notes what a call says of who is calling. */
  private static final class Caller implements ServerInterceptor {

    private record Seen(Attributes attributes, String authority, SecurityLevel level) {}

    private final LinkedBlockingQueue<Seen> seen = new LinkedBlockingQueue<>();

    @Override
    public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
        ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
      seen.add(new Seen(call.getAttributes(), call.getAuthority(), call.getSecurityLevel()));
      return next.startCall(call, headers);
    }
  }
}
