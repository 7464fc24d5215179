package io.github.grpconce.demo.order;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.subspace.Subspace;
import com.apple.foundationdb.tuple.Tuple;
import com.google.protobuf.InvalidProtocolBufferException;
import io.github.grpconce.demo.handler.UnaryAnswer;
import io.github.grpconce.demo.payment.v1.ChargeRequest;
import io.github.grpconce.demo.payment.v1.Payment;
import io.github.grpconce.demo.payment.v1.PaymentServiceGrpc.PaymentServiceImplBase;
import io.github.grpconce.demo.runtime.ServiceContext;
import io.github.grpconce.demo.runtime.ServiceSpace;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A payment service with no accounts: it stores one row for each charge that takes effect. */
final class CountingPayments extends PaymentServiceImplBase {

  static final ServiceSpace SPACE = ServiceSpace.named("payment");

  private final ServiceContext context;
  private final Queue<Runnable> onNextCharges;

  private CountingPayments(ServiceContext context, Queue<Runnable> onNextCharges) {
    this.context = context;
    this.onNextCharges = onNextCharges;
  }

  /** What the next executions of a charge do after they have written: a refusal is thrown. */
  static final class Script {

    private final Queue<Runnable> onNextCharges = new ConcurrentLinkedQueue<>();

    void thenRefuse(StatusRuntimeException refusal) {
      onNextCharges.add(
          () -> {
            throw refusal;
          });
    }

    void thenRun(Runnable event) {
      onNextCharges.add(event);
    }

    CountingPayments create(ServiceContext context) {
      return new CountingPayments(context, onNextCharges);
    }
  }

  @Override
  public void charge(ChargeRequest request, StreamObserver<Payment> observer) {
    UnaryAnswer.send(
        observer,
        () -> {
          Payment payment =
              Payment.newBuilder()
                  .setPaymentId(UUID.randomUUID().toString())
                  .setAmountCents(request.getAmountCents())
                  .setReference(request.getReference())
                  .build();
          Runnable event = onNextCharges.poll();
          return context
              .execution()
              .transact(
                  transaction -> {
                    byte[] key = context.data().pack(Tuple.from(payment.getPaymentId()));
                    transaction.set(key, payment.toByteArray());
                    if (event != null) {
                      event.run();
                    }
                    return payment;
                  });
        });
  }

  /** Returns the charges that took effect. */
  static List<Payment> charges(Database database) {
    Subspace data = SPACE.data();
    return database.read(
        transaction ->
            transaction.getRange(data.range()).asList().join().stream()
                .map(row -> parse(row.getValue()))
                .toList());
  }

  private static Payment parse(byte[] stored) {
    try {
      return Payment.parseFrom(stored);
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }
}
