package io.github.grpconce.demo.payment;

import static io.github.grpconce.demo.payment.PaymentFixture.CUSTOMER;
import static io.github.grpconce.demo.payment.PaymentFixture.MERCHANT;
import static io.github.grpconce.demo.payment.PaymentFixture.charge;

import com.apple.foundationdb.Database;
import io.github.grpconce.demo.handler.Execution;
import io.github.grpconce.demo.payment.v1.ChargeRequest;
import io.github.grpconce.demo.payment.v1.OpenAccountRequest;
import io.github.grpconce.demo.payment.v1.PaymentServiceGrpc;
import io.github.grpconce.demo.payment.v1.RefundRequest;
import io.github.grpconce.demo.runtime.ServiceContext;
import io.github.grpconce.demo.runtime.ServiceSpace;
import io.github.grpconce.testing.ExactlyOnce;
import io.github.grpconce.testing.Proof;
import io.github.grpconce.teststore.OnEngineOnly;
import io.grpc.BindableService;
import io.grpc.Status;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What changes the books does so once, whatever happens to servers, clients and commits. */
@OnEngineOnly("virtual time")
class PaymentExactlyOnceTest {

  private static final ServiceSpace SPACE = ServiceSpace.named(PaymentServer.NAME);
  private static final String PAYMENT_ID = "payment-1";

  @RegisterExtension
  final ExactlyOnce exactlyOnce = ExactlyOnce.of(PaymentExactlyOnceTest::service);

  private static BindableService service(Database database) {
    return PaymentServer.service(new ServiceContext(database, SPACE.data(), Execution.guarded()));
  }

  /** A customer with 10.00. */
  private static void openAccounts(Database database) {
    database.run(
        transaction -> {
          ledger().open(transaction, CUSTOMER, 1_000);
          return ledger().open(transaction, MERCHANT, 0);
        });
  }

  private static Ledger ledger() {
    return new Ledger(new LedgerKeys(SPACE.data()), InstantSource.system(), () -> PAYMENT_ID);
  }

  private Proof<ChargeRequest, ?> chargeOf(long cents) {
    return exactlyOnce
        .call(PaymentServiceGrpc.getChargeMethod(), charge(cents))
        .given(PaymentExactlyOnceTest::openAccounts);
  }

  @Test
  void charge_takesEffectOnce() {
    chargeOf(300).takesEffectOnce();
  }

  @Test
  void charge_neverUnbalancesTheBooks() {
    chargeOf(300)
        .effect("payments", database -> Books.read(database, SPACE).payments().size())
        .effect("balances", database -> Books.read(database, SPACE).accounts())
        .effect("unexplained", database -> Books.read(database, SPACE).unexplainedCents())
        .takesEffectOnce();
  }

  @Test
  void declinedCharge_isDeclinedToAll() {
    chargeOf(1_001).answered(Status.Code.FAILED_PRECONDITION).takesEffectOnce();
  }

  @Test
  void malformedCharge_isRefusedToAll() {
    chargeOf(-1).answered(Status.Code.INVALID_ARGUMENT).takesEffectOnce();
  }

  @Test
  void refund_takesEffectOnce() {
    exactlyOnce
        .call(
            PaymentServiceGrpc.getRefundMethod(),
            RefundRequest.newBuilder().setPaymentId(PAYMENT_ID).build())
        .given(PaymentExactlyOnceTest::openAccounts)
        .given(database -> database.run(transaction -> ledger().charge(transaction, charge(300))))
        .takesEffectOnce();
  }

  @Test
  void openedAccount_isOpenedOnce() {
    exactlyOnce
        .call(
            PaymentServiceGrpc.getOpenAccountMethod(),
            OpenAccountRequest.newBuilder()
                .setAccountId(CUSTOMER)
                .setOpeningBalanceCents(1_000)
                .build())
        .takesEffectOnce();
  }
}
