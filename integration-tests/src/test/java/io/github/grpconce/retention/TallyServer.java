package io.github.grpconce.retention;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.KeySelector;
import com.apple.foundationdb.KeyValue;
import com.apple.foundationdb.MutationType;
import com.apple.foundationdb.subspace.Subspace;
import com.apple.foundationdb.tuple.Tuple;
import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.MoreExecutors;
import io.github.grpconce.RequestId;
import io.github.grpconce.client.IdempotencyClientInterceptor;
import io.github.grpconce.demo.payment.v1.ChargeRequest;
import io.github.grpconce.demo.payment.v1.Payment;
import io.github.grpconce.demo.payment.v1.PaymentServiceGrpc;
import io.github.grpconce.demo.payment.v1.PaymentServiceGrpc.PaymentServiceFutureStub;
import io.github.grpconce.demo.payment.v1.PaymentServiceGrpc.PaymentServiceImplBase;
import io.github.grpconce.server.IdempotencyServerInterceptor;
import io.github.grpconce.server.IdempotentCall;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A guarded service within this process, in whose store there is one key for each call, which says
 * how often it took effect. Thread-safe.
 */
final class TallyServer implements AutoCloseable {

  private static final Subspace RECORDS = new Subspace(Tuple.from("records"));
  private static final Subspace EFFECTS = new Subspace(Tuple.from("effects"));

  private static final int DEADLINE_SECONDS = 60;
  private static final int KEYS_AT_A_TIME = 5_000;

  private final Database database;
  private final IdempotencyServerInterceptor guard;
  private final Server server;
  private final ManagedChannel channel;
  private final PaymentServiceFutureStub stub;

  TallyServer(Database database) throws IOException {
    this.database = database;
    String name = UUID.randomUUID().toString();
    guard = IdempotencyServerInterceptor.newBuilder(database, RECORDS).build();
    server =
        InProcessServerBuilder.forName(name).addService(guard.guard(new Tally())).build().start();
    channel =
        InProcessChannelBuilder.forName(name)
            .intercept(IdempotencyClientInterceptor.create())
            .build();
    stub = PaymentServiceGrpc.newFutureStub(channel);
  }

  static Subspace records() {
    return RECORDS;
  }

  /** Makes a call that takes effect once. */
  CompletableFuture<Payment> call(RequestId requestId) {
    CompletableFuture<Payment> answer = new CompletableFuture<>();
    Futures.addCallback(
        stub.withOption(IdempotencyClientInterceptor.REQUEST_ID, requestId)
            .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
            .charge(ChargeRequest.newBuilder().setReference(requestId.value()).build()),
        new FutureCallback<>() {
          @Override
          public void onSuccess(Payment payment) {
            answer.complete(payment);
          }

          @Override
          public void onFailure(Throwable failure) {
            answer.completeExceptionally(failure);
          }
        },
        MoreExecutors.directExecutor());
    return answer;
  }

  /** Counts the calls that took effect, and those that did more than once. */
  Effects effects() {
    Effects effects = new Effects(0, 0);
    KeySelector from = KeySelector.firstGreaterOrEqual(EFFECTS.range().begin);
    KeySelector end = KeySelector.firstGreaterOrEqual(EFFECTS.range().end);
    while (true) {
      KeySelector begin = from;
      List<KeyValue> some =
          database.read(reader -> reader.getRange(begin, end, KEYS_AT_A_TIME).asList().join());
      for (KeyValue effect : some) {
        long times = ByteBuffer.wrap(effect.getValue()).order(ByteOrder.LITTLE_ENDIAN).getLong();
        effects = new Effects(effects.calls() + 1, effects.twice() + (times == 1 ? 0 : 1));
      }
      if (some.size() < KEYS_AT_A_TIME) {
        return effects;
      }
      from = KeySelector.firstGreaterThan(some.get(some.size() - 1).getKey());
    }
  }

  @Override
  public void close() {
    channel.shutdownNow();
    server.shutdownNow();
    guard.close();
  }

  /**
   * What the calls came to.
   *
   * @param calls how many took effect
   * @param twice how many of them did more than once
   */
  record Effects(long calls, long twice) {}

  private static final class Tally extends PaymentServiceImplBase {

    private static final byte[] ONE =
        ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(1).array();

    @Override
    public void charge(ChargeRequest request, StreamObserver<Payment> observer) {
      IdempotentCall.current()
          .transaction()
          .mutate(MutationType.ADD, EFFECTS.pack(Tuple.from(request.getReference())), ONE);
      observer.onNext(Payment.newBuilder().setReference(request.getReference()).build());
      observer.onCompleted();
    }
  }
}
