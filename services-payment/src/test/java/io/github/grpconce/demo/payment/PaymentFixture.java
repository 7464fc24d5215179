package io.github.grpconce.demo.payment;

import com.apple.foundationdb.Database;
import io.github.grpconce.RequestId;
import io.github.grpconce.client.IdempotencyClientInterceptor;
import io.github.grpconce.demo.handler.Refusal;
import io.github.grpconce.demo.payment.v1.ChargeRequest;
import io.github.grpconce.demo.payment.v1.OpenAccountRequest;
import io.github.grpconce.demo.payment.v1.Payment;
import io.github.grpconce.demo.payment.v1.PaymentServiceGrpc;
import io.github.grpconce.demo.payment.v1.PaymentServiceGrpc.PaymentServiceBlockingStub;
import io.github.grpconce.demo.payment.v1.RefundRequest;
import io.github.grpconce.demo.runtime.AttemptJournal;
import io.github.grpconce.demo.runtime.ServiceSpace;
import io.github.grpconce.demo.runtime.ServiceWiring;
import io.github.grpconce.embedded.EmbeddedDatabase;
import io.github.grpconce.embedded.FaultPlan;
import io.github.grpconce.teststore.TestStore;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.UUID;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.function.Executable;

/** The payment service in the test's own process, on an engine in memory. */
final class PaymentFixture implements AutoCloseable {

  static final String CUSTOMER = "customer";
  static final String MERCHANT = "merchant";

  private static final ServiceSpace SPACE = ServiceSpace.named(PaymentServer.NAME);

  private final Database database;
  private final Server server;
  private final ManagedChannel channel;

  private PaymentFixture(Database database, boolean guarded) {
    this.database = database;
    String name = UUID.randomUUID().toString();
    ServerServiceDefinition service =
        guarded
            ? ServiceWiring.guarded(database, SPACE, PaymentServer::service)
            : ServiceWiring.unguarded(database, SPACE, PaymentServer::service);
    server = start(InProcessServerBuilder.forName(name).addService(service).build());
    channel =
        InProcessChannelBuilder.forName(name)
            .intercept(IdempotencyClientInterceptor.create())
            .build();
  }

  private static Server start(Server server) {
    try {
      return server.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static PaymentFixture guarded() {
    return new PaymentFixture(TestStore.open(EmbeddedDatabase::inMemory), true);
  }

  static PaymentFixture unguarded() {
    return new PaymentFixture(TestStore.open(EmbeddedDatabase::inMemory), false);
  }

  /** Guarded, on a store in which things go wrong. */
  static PaymentFixture withFaults(FaultPlan faults) {
    return new PaymentFixture(EmbeddedDatabase.newBuilder().faultPlan(faults).build(), true);
  }

  /** Every call of it is an operation of its own. */
  PaymentServiceBlockingStub stub() {
    return PaymentServiceGrpc.newBlockingStub(channel);
  }

  /** Every call of it is an attempt of the same operation. */
  PaymentServiceBlockingStub stub(RequestId requestId) {
    return stub().withOption(IdempotencyClientInterceptor.REQUEST_ID, requestId);
  }

  /** Opens the customer's account with so much in it, and the merchant's with nothing. */
  PaymentFixture withCustomer(long balanceCents) {
    open(CUSTOMER, balanceCents);
    open(MERCHANT, 0);
    return this;
  }

  void open(String accountId, long balanceCents) {
    OpenAccountRequest request =
        OpenAccountRequest.newBuilder()
            .setAccountId(accountId)
            .setOpeningBalanceCents(balanceCents)
            .build();
    Assertions.assertEquals(balanceCents, stub().openAccount(request).getBalanceCents());
  }

  Payment refund(Payment payment) {
    return stub().refund(refundOf(payment));
  }

  long balance(String accountId) {
    return books().accounts().stream()
        .filter(account -> account.getAccountId().equals(accountId))
        .findFirst()
        .orElseThrow()
        .getBalanceCents();
  }

  Books books() {
    return Books.read(database, SPACE);
  }

  AttemptJournal.Counts journal(String method) {
    return new AttemptJournal(database, SPACE.journal())
        .read()
        .get(PaymentServiceGrpc.SERVICE_NAME + "/" + method);
  }

  static RefundRequest refundOf(Payment payment) {
    return RefundRequest.newBuilder().setPaymentId(payment.getPaymentId()).build();
  }

  static ChargeRequest charge(long amountCents) {
    return charge(CUSTOMER, MERCHANT, amountCents);
  }

  static ChargeRequest charge(String customer, String merchant, long amountCents) {
    return ChargeRequest.newBuilder()
        .setCustomerAccountId(customer)
        .setMerchantAccountId(merchant)
        .setAmountCents(amountCents)
        .setReference("order-1")
        .build();
  }

  /** Returns how a call is refused, in the form {@code NOT_FOUND ACCOUNT_NOT_FOUND}. */
  static String refusalOf(Executable call) {
    StatusRuntimeException refusal = Assertions.assertThrows(StatusRuntimeException.class, call);
    return refusal.getStatus().getCode() + " " + Refusal.infoOf(refusal).getReason();
  }

  /** Returns what a call is told of its malformed request. */
  static String violationsIn(Executable call) {
    StatusRuntimeException refusal = Assertions.assertThrows(StatusRuntimeException.class, call);
    return refusal.getStatus().getCode() + " " + refusal.getStatus().getDescription();
  }

  @Override
  public void close() {
    channel.shutdownNow();
    server.shutdownNow();
    database.close();
  }
}
