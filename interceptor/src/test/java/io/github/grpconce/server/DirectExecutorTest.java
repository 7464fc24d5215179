package io.github.grpconce.server;

import static io.github.grpconce.server.LedgerServer.add;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.Transaction;
import io.github.grpconce.FaultyDatabase;
import io.github.grpconce.RequestId;
import io.github.grpconce.embedded.EmbeddedDatabase;
import io.github.grpconce.test.v1.AddRequest;
import io.github.grpconce.test.v1.Balance;
import io.github.grpconce.teststore.OnEngineOnly;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.Status;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** An application whose handlers never block gets no further thread from us. */
@OnEngineOnly("completes futures in a thread of the test's own")
class DirectExecutorTest {

  private static final String STORE = "the thread that completes the store's futures";

  private final ExecutorService completing =
      Executors.newSingleThreadExecutor(task -> new Thread(task, STORE));

  @AutoClose
  private final Database database = EmbeddedDatabase.newBuilder().executor(completing).build();

  private final FaultyDatabase view = new FaultyDatabase(database);
  private final Ledger ledger = new Ledger();

  /** What happened, and in which thread. */
  private final List<String> seen = new CopyOnWriteArrayList<>();

  private void see(String what) {
    seen.add(what + " in " + Thread.currentThread().getName());
  }

  /** Stands above the guard, and sees where it answers. */
  private final class Answers implements ServerInterceptor {

    @Override
    public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
        ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
      return next.startCall(
          new SimpleForwardingServerCall<>(call) {
            @Override
            public void close(Status status, Metadata trailers) {
              see("answered");
              super.close(status, trailers);
            }
          },
          headers);
    }
  }

  private void readThenAnswer(AddRequest request, StreamObserver<Balance> observer) {
    see("handler begun");
    Transaction transaction = IdempotentCall.current().transaction();
    CompletableFuture<Void> unused =
        ledger
            .balanceAsync(transaction, request.getAccount())
            .thenAccept(
                before -> {
                  see("continued");
                  ledger.write(transaction, request.getAccount(), before + request.getAmount());
                  observer.onNext(Balance.newBuilder().setAmount(request.getAmount()).build());
                  observer.onCompleted();
                });
  }

  @AfterEach
  void stop() {
    completing.shutdown();
  }

  @Test
  void directExecutor_addsNoThreadAndNoHop() throws Exception {
    ledger.always(this::readThenAnswer);
    view.onNextTransaction(() -> see("store asked"));
    view.onNextCommit(
        commit -> {
          see("commit asked");
          return commit;
        });
    IdempotencyServerInterceptor idempotency =
        IdempotencyServerInterceptor.newBuilder(view.database(), LedgerServer.RECORDS)
            .executor(Runnable::run)
            .build();
    String name = InProcessServerBuilder.generateName();
    Server server =
        InProcessServerBuilder.forName(name)
            .directExecutor()
            .addService(ServerInterceptors.intercept(idempotency.guard(ledger), new Answers()))
            .build()
            .start();
    ManagedChannel channel = InProcessChannelBuilder.forName(name).directExecutor().build();
    try {
      Balance answer =
          LedgerServer.stub(channel, RequestId.random().value())
              .withDeadlineAfter(30, TimeUnit.SECONDS)
              .add(add("alice", 5));

      assertEquals(5, answer.getAmount());
      assertEquals(
          List.of(
              "store asked in " + Thread.currentThread().getName(),
              "handler begun in " + STORE,
              "continued in " + STORE,
              "commit asked in " + STORE,
              "answered in " + STORE),
          seen);
    } finally {
      channel.shutdownNow();
      server.shutdownNow();
    }
  }
}
