package io.github.grpconce.server;

import static io.github.grpconce.server.LedgerServer.add;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.google.common.collect.ImmutableList;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.SettableFuture;
import io.github.grpconce.RequestId;
import io.github.grpconce.Wait;
import io.github.grpconce.test.v1.AddRequest;
import io.github.grpconce.test.v1.Balance;
import io.github.grpconce.test.v1.LedgerServiceGrpc;
import io.github.grpconce.teststore.StoreTest;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.stub.AbstractStub;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Every event that a handler of any kind is told of has what its caller's thread held. */
@StoreTest
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class PropagatedEventsTest {

  private final HandlerThreadPool one = new HandlerThreadPool(1);
  private final LedgerServer server = new LedgerServer();
  private final Queue<String> events = new ConcurrentLinkedQueue<>();
  private ManagedChannel channel;

  /** Stands below the guard, and notes what the handler is told with what value. */
  private final class Notes implements ServerInterceptor {

    @Override
    public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
        ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
      note("start");
      return new Listener<>(next.startCall(call, headers));
    }
  }

  private final class Listener<ReqT> extends ServerCall.Listener<ReqT> {

    private final ServerCall.Listener<ReqT> handlers;

    Listener(ServerCall.Listener<ReqT> handlers) {
      this.handlers = handlers;
    }

    @Override
    public void onReady() {
      note("ready");
      handlers.onReady();
    }

    @Override
    public void onMessage(ReqT message) {
      note("message");
      handlers.onMessage(message);
    }

    @Override
    public void onHalfClose() {
      note("half-close");
      handlers.onHalfClose();
    }

    @Override
    public void onComplete() {
      note("complete");
      handlers.onComplete();
    }

    @Override
    public void onCancel() {
      note("cancel");
      handlers.onCancel();
    }
  }

  private void note(String event) {
    events.add(event + " " + CallersValue.here());
  }

  @BeforeEach
  void start() {
    IdempotencyServerInterceptor guard =
        server.interceptor(options -> options.propagate(CallersValue.capture()).executor(one));
    channel =
        server.startUnchecked(
            ServerInterceptors.intercept(
                guard.guard(ServerInterceptors.intercept(server.ledger, new Notes())),
                new CallersValue()));
  }

  @AfterEach
  void close() {
    assertNull(CompletableFuture.supplyAsync(CallersValue::here, one).join());
    server.close();
    one.close();
  }

  private static <S extends AbstractStub<S>> S red(S stub) {
    return CallersValue.of("red", stub)
        .withDeadlineAfter(1, TimeUnit.MINUTES)
        .withInterceptors(
            MetadataUtils.newAttachHeadersInterceptor(
                LedgerServer.headers(RequestId.random().value())));
  }

  private void assertEvents(String... expected) {
    Wait.until(() -> events.size() >= expected.length);
    assertEquals(List.of(expected), List.copyOf(events));
  }

  @Test
  void unaryCall() {
    Balance unused = red(LedgerServiceGrpc.newBlockingStub(channel)).add(add("alice", 1));

    assertEvents("start red", "ready red", "message red", "half-close red", "complete red");
  }

  @Test
  void streamOfResponses() {
    var answers = red(LedgerServiceGrpc.newBlockingStub(channel)).addEach(add("alice", 2));

    assertEquals(2, ImmutableList.copyOf(answers).size());
    assertEvents("start red", "ready red", "message red", "half-close red", "complete red");
  }

  @Test
  void streamOfRequests_inEachOfItsExecutions() throws Exception {
    server.faults.dropNextCommit(1020);
    SettableFuture<Balance> answer = SettableFuture.create();
    StreamObserver<AddRequest> requests =
        red(LedgerServiceGrpc.newStub(channel)).addAll(new SoleAnswer(answer));
    requests.onNext(add("alice", 1));
    requests.onNext(add("alice", 2));
    requests.onCompleted();

    assertEquals(3, answer.get().getAmount());
    Wait.until(() -> events.stream().anyMatch("complete red"::equals));
    assertEquals(2, events.stream().filter("start red"::equals).count());
    assertEquals(4, events.stream().filter("message red"::equals).count());
    assertEquals(1, events.stream().filter("cancel red"::equals).count());
    events.forEach(event -> assertEquals("red", event.substring(event.indexOf(' ') + 1)));
  }

  @Test
  void callThatItsClientLeaves() {
    server.ledger.always((request, observer) -> {});
    ListenableFuture<Balance> call =
        red(LedgerServiceGrpc.newFutureStub(channel)).add(add("alice", 1));
    Wait.until(() -> events.size() == 4);

    call.cancel(true);

    assertEvents("start red", "ready red", "message red", "half-close red", "cancel red");
  }
}
