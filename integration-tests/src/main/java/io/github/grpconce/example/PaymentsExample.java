package io.github.grpconce.example;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.MutationType;
import com.apple.foundationdb.Transaction;
import com.apple.foundationdb.subspace.Subspace;
import com.apple.foundationdb.tuple.Tuple;
import io.github.grpconce.client.IdempotencyClientInterceptor;
import io.github.grpconce.client.RetryServiceConfig;
import io.github.grpconce.demo.payment.v1.ChargeRequest;
import io.github.grpconce.demo.payment.v1.Payment;
import io.github.grpconce.demo.payment.v1.PaymentServiceGrpc;
import io.github.grpconce.server.IdempotencyServerInterceptor;
import io.github.grpconce.server.IdempotentCall;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.InsecureServerCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A payment service that charges once, and a channel to it that retries. */
public final class PaymentsExample {

  private PaymentsExample() {}

  /** Its proto says of Charge: option (grpconce.v1.guard) = { mode: TRANSACTION }; */
  static final class PaymentService extends PaymentServiceGrpc.PaymentServiceImplBase {
    @Override
    public void charge(ChargeRequest request, StreamObserver<Payment> observer) {
      Transaction transaction = IdempotentCall.current().transaction();
      byte[] spent = Tuple.from("spent", request.getCustomerAccountId()).pack();
      transaction.mutate(MutationType.ADD, spent, littleEndian(request.getAmountCents()));
      observer.onNext(Payment.newBuilder().setAmountCents(request.getAmountCents()).build());
      observer.onCompleted(); // Commits the charge together with its answer, then sends it.
    }

    /** A number as FoundationDB adds it: 8 bytes, little endian. */
    private static byte[] littleEndian(long value) {
      return ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
    }
  }

  static Server start(Database database, int port) throws IOException {
    Subspace records = new Subspace(Tuple.from("grpc-once"));
    IdempotencyServerInterceptor idempotency =
        IdempotencyServerInterceptor.newBuilder(database, records).build();
    return Grpc.newServerBuilderForPort(port, InsecureServerCredentials.create())
        .addService(idempotency.guard(new PaymentService()))
        .build()
        .start();
  }

  static ManagedChannel connect(String target) {
    return Grpc.newChannelBuilder(target, InsecureChannelCredentials.create())
        .intercept(IdempotencyClientInterceptor.create())
        .defaultServiceConfig(
            RetryServiceConfig.forServices(PaymentServiceGrpc.getServiceDescriptor()))
        .build();
  }
}
