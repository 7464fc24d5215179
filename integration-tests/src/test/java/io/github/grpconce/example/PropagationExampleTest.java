package io.github.grpconce.example;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.subspace.Subspace;
import com.apple.foundationdb.tuple.Tuple;
import io.github.grpconce.client.IdempotencyClientInterceptor;
import io.github.grpconce.demo.payment.v1.ChargeRequest;
import io.github.grpconce.demo.payment.v1.Payment;
import io.github.grpconce.demo.payment.v1.PaymentServiceGrpc;
import io.github.grpconce.demo.payment.v1.PaymentServiceGrpc.PaymentServiceImplBase;
import io.github.grpconce.embedded.EmbeddedDatabase;
import io.github.grpconce.server.IdempotencyServerInterceptor;
import io.github.grpconce.server.IdempotentCall;
import io.github.grpconce.teststore.StoreTest;
import io.github.grpconce.teststore.TestStore;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.StreamObserver;
import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ContextSnapshotFactory;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The README's guard, which carries what the calling thread holds to the handler. */
@StoreTest
@Timeout(value = 1, unit = TimeUnit.MINUTES)
final class PropagationExampleTest {

  private static final String KEY = "PropagationExampleTest";
  private static final byte[] ROW = Tuple.from("row").pack();
  private static final ThreadLocal<String> USER = new ThreadLocal<>();

  private final Database database = TestStore.open(EmbeddedDatabase::inMemory);
  private final Queue<String> seen = new ConcurrentLinkedQueue<>();

  // readme: propagate
  /** Handlers see what interceptors above the guard keep in thread-locals that Micrometer knows. */
  static IdempotencyServerInterceptor guard(Database database, Subspace records) {
    ContextSnapshotFactory snapshots = ContextSnapshotFactory.builder().clearMissing(true).build();
    return IdempotencyServerInterceptor.newBuilder(database, records)
        .propagate(() -> snapshots.captureAll()::wrap)
        .build();
  }

  // readme: end

  /** As a library does whose thread-local it is. */
  @BeforeEach
  void register() {
    ContextRegistry.getInstance().registerThreadLocalAccessor(KEY, USER);
  }

  @AfterEach
  void close() {
    ContextRegistry.getInstance().removeThreadLocalAccessor(KEY);
    database.close();
  }

  /** Stands above the guard. */
  private record User(String name) implements ServerInterceptor {

    @Override
    public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
        ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
      return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
        @Override
        public void onHalfClose() {
          USER.set(name);
          try {
            super.onHalfClose();
          } finally {
            USER.remove();
          }
        }
      };
    }
  }

  private final class Payments extends PaymentServiceImplBase {

    @Override
    public void charge(ChargeRequest request, StreamObserver<Payment> observer) {
      seen.add("handler of " + USER.get());
      var unused =
          IdempotentCall.current()
              .transaction()
              .get(ROW)
              .thenRun(
                  () -> {
                    seen.add("continuation of " + USER.get());
                    observer.onNext(Payment.getDefaultInstance());
                    observer.onCompleted();
                  });
    }
  }

  @Test
  void callersValue_isWhereTheHandlerRuns_andWhereItsContinuationsDo() throws Exception {
    String name = InProcessServerBuilder.generateName();
    IdempotencyServerInterceptor guard = guard(database, new Subspace(Tuple.from("records")));
    Server server =
        InProcessServerBuilder.forName(name)
            .addService(ServerInterceptors.intercept(guard.guard(new Payments()), new User("ann")))
            .build()
            .start();
    ManagedChannel channel =
        InProcessChannelBuilder.forName(name)
            .intercept(IdempotencyClientInterceptor.create())
            .build();
    try {
      Payment unused =
          PaymentServiceGrpc.newBlockingStub(channel).charge(ChargeRequest.getDefaultInstance());

      assertEquals(List.of("handler of ann", "continuation of ann"), List.copyOf(seen));
    } finally {
      channel.shutdownNow();
      server.shutdownNow();
      guard.close();
    }
  }
}
