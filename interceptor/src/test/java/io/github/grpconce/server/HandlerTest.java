package io.github.grpconce.server;

import static io.github.grpconce.server.LedgerServer.add;
import static io.github.grpconce.server.LedgerServer.stub;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.apple.foundationdb.Transaction;
import io.github.grpconce.FaultyDatabase;
import io.github.grpconce.GuardedExecution;
import io.github.grpconce.RequestId;
import io.github.grpconce.test.v1.AddRequest;
import io.github.grpconce.test.v1.Balance;
import io.github.grpconce.test.v1.LedgerServiceGrpc;
import io.github.grpconce.teststore.StoreTest;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.util.TransmitStatusRuntimeExceptionInterceptor;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What handlers may do, and what they are given for it. */
@StoreTest
class HandlerTest {

  private static final String ID = RequestId.random().value();
  private static final AddRequest REQUEST = add("alice", 5);

  private final LedgerServer server = new LedgerServer();
  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void close() {
    server.close();
    threads.shutdownNow();
  }

  @Test
  void answersFromAnotherThread() {
    server.ledger.next(
        (request, observer) ->
            threads.execute(
                Context.current().wrap(() -> server.ledger.addAndAnswer(request, observer))));

    assertEquals(5, stub(server.start(), ID).add(REQUEST).getAmount());
    assertEquals(5, server.balance("alice"));
  }

  @ParameterizedTest
  @ValueSource(ints = {1007, 1009, 1020, 1021, 1031})
  void failsWithAnErrorOfTheStore_isExecutedAgain(int code) {
    server.ledger.next(
        (request, observer) -> {
          server.ledger.addTo(request);
          throw new IllegalStateException(FaultyDatabase.error(code));
        });
    server.ledger.next(
        (request, observer) -> {
          server.ledger.addTo(request);
          observer.onError(
              Status.INVALID_ARGUMENT.withCause(FaultyDatabase.error(code)).asRuntimeException());
        });

    assertEquals(5, stub(server.start(), ID).add(REQUEST).getAmount());
    assertEquals(3, server.ledger.executions());
    assertEquals(5, server.balance("alice"));
  }

  @Test
  void isToldThatItsCallIsComplete() throws Exception {
    LinkedBlockingQueue<String> events = new LinkedBlockingQueue<>();
    server.ledger.always(
        (request, observer) -> {
          var call = (ServerCallStreamObserver<Balance>) observer;
          call.setOnCancelHandler(() -> events.add("cancelled"));
          call.setOnCloseHandler(() -> events.add("complete"));
          server.ledger.addAndAnswer(request, observer);
        });
    server.faults.dropNextCommit(1020);

    stub(server.start(), ID).add(REQUEST);

    assertEquals("cancelled", events.poll(10, SECONDS));
    assertEquals("complete", events.poll(10, SECONDS));
    assertTrue(events.isEmpty());
  }

  @Test
  void mayRunFunctionsInItsTransaction() {
    server.ledger.next(
        (request, observer) -> {
          Transaction transaction = IdempotentCall.current().transaction();
          transaction.run(
              tr -> {
                assertThrows(IllegalStateException.class, tr::commit);
                server.ledger.write(tr, "alice", 1);
                return null;
              });
          server.ledger.addAndAnswer(request, observer);
        });

    assertEquals(6, stub(server.start(), ID).add(REQUEST).getAmount());
  }

  /** Above the guard it would see no exception: they are answered where they are thrown. */
  @Test
  void throwsItsStatus_throughAnInterceptorBelowTheGuardThatSendsIt() {
    server.ledger.next(
        (request, observer) -> {
          throw Status.NOT_FOUND.withDescription("no such account").asRuntimeException();
        });
    Channel channel = server.startBelow(TransmitStatusRuntimeExceptionInterceptor.instance());

    for (int attempt = 0; attempt < 2; attempt++) {
      StatusRuntimeException failure =
          assertThrows(StatusRuntimeException.class, () -> stub(channel, ID).add(REQUEST));
      assertEquals("NOT_FOUND: no such account", failure.getMessage());
    }
    assertEquals(1, server.ledger.executions());
  }

  @Test
  void hasItsOwnHeadersAtEveryExecution() {
    Metadata.Key<String> key = Metadata.Key.of("seen", Metadata.ASCII_STRING_MARSHALLER);
    LinkedBlockingQueue<Boolean> seen = new LinkedBlockingQueue<>();
    ServerInterceptor below =
        new ServerInterceptor() {
          @Override
          public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
              ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
            seen.add(headers.containsKey(key));
            headers.put(key, "yes");
            return next.startCall(call, headers);
          }
        };
    server.faults.dropNextCommit(1020);

    stub(server.startBelow(below), ID).add(REQUEST);

    assertEquals(List.of(false, false), List.copyOf(seen));
  }

  @Test
  void seesTheSameChildIdsAtEveryExecution() {
    LinkedBlockingQueue<RequestId> children = new LinkedBlockingQueue<>();
    server.ledger.always(
        (request, observer) -> {
          assertEquals(RequestId.of(ID), IdempotentCall.current().requestId());
          children.add(GuardedExecution.current().nextChild("a.B/C"));
          server.ledger.addAndAnswer(request, observer);
        });
    server.faults.dropNextCommit(1020);

    stub(server.start(), ID).add(REQUEST);

    String method = LedgerServiceGrpc.getAddMethod().getFullMethodName();
    RequestId child = new GuardedExecution(RequestId.of(ID), "", method).nextChild("a.B/C");
    assertEquals(List.of(child, child), List.copyOf(children));
  }

  @Test
  void seesOtherChildIdsForAnotherMethodsCallWithTheSameId() {
    LinkedBlockingQueue<RequestId> children = new LinkedBlockingQueue<>();
    server.ledger.always(
        (request, observer) -> {
          children.add(GuardedExecution.current().nextChild("a.B/C"));
          server.ledger.addAndAnswer(request, observer);
        });
    Channel channel = server.start();

    stub(channel, ID).add(REQUEST);
    stub(channel, ID).addWithoutId(REQUEST);

    assertEquals(2, children.size());
    assertNotEquals(children.poll(), children.poll());
  }

  @Test
  void hasTheCallersDeadlineAndTheContextOfInterceptorsAbove() {
    Context.Key<String> user = Context.key("user");
    ServerInterceptor above =
        new ServerInterceptor() {
          @Override
          public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
              ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
            return Contexts.interceptCall(
                Context.current().withValue(user, "carol"), call, headers, next);
          }
        };
    LinkedBlockingQueue<String> users = new LinkedBlockingQueue<>();
    LinkedBlockingQueue<Boolean> deadlines = new LinkedBlockingQueue<>();
    server.ledger.next(
        (request, observer) -> {
          users.add(user.get());
          deadlines.add(Context.current().getDeadline().timeRemaining(SECONDS) > 5);
          server.ledger.addAndAnswer(request, observer);
        });
    Channel channel =
        server.start(
            LedgerServer.Transport.IN_PROCESS, options -> options, builder -> builder, above);

    stub(channel, ID).withDeadlineAfter(30, SECONDS).add(REQUEST);

    assertEquals("carol", users.poll());
    assertEquals(true, deadlines.poll());
  }

  @Test
  void withoutARequestId_saysSo() {
    LinkedBlockingQueue<Boolean> has = new LinkedBlockingQueue<>();
    server.ledger.next(
        (request, observer) -> {
          has.add(IdempotentCall.current().hasRequestId());
          assertThrows(IllegalStateException.class, () -> IdempotentCall.current().requestId());
          assertNotNull(GuardedExecution.current(), "what the calls of its executions derive from");
          server.ledger.addAndAnswer(request, observer);
        });

    stub(server.start()).addWithoutId(REQUEST);

    assertFalse(has.poll());
  }

  @Test
  void outsideOfAGuardedCall_thereIsNone() {
    assertThrows(IllegalStateException.class, IdempotentCall::current);
  }
}
