package io.github.grpconce.demo.payment;

import static io.github.grpconce.demo.payment.PaymentFixture.CUSTOMER;
import static io.github.grpconce.demo.payment.PaymentFixture.charge;
import static io.github.grpconce.demo.payment.PaymentFixture.refundOf;
import static io.github.grpconce.demo.payment.PaymentFixture.refusalOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.github.grpconce.RequestId;
import io.github.grpconce.demo.payment.v1.OpenAccountRequest;
import io.github.grpconce.demo.payment.v1.Payment;
import io.github.grpconce.demo.payment.v1.RefundRequest;
import io.github.grpconce.demo.runtime.AttemptJournal.Counts;
import io.github.grpconce.teststore.StoreTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What several attempts of one operation do, guarded and unguarded. */
@StoreTest
class RetriedPaymentTest {

  private final RequestId id = RequestId.random();
  private final PaymentFixture payments = PaymentFixture.guarded().withCustomer(1_000);

  @AfterEach
  void booksBalance() {
    try (payments) {
      assertEquals(0, payments.books().sumOfBalancesCents());
      assertEquals(0, payments.books().unexplainedCents());
    }
  }

  @Test
  void retriedCharge_isMadeOnceAndAnsweredAlike() {
    Payment first = payments.stub(id).charge(charge(300));
    Payment second = payments.stub(id).charge(charge(300));

    assertEquals(first, second);
    assertEquals(700, payments.balance(CUSTOMER));
    assertEquals(new Counts(2, 1), payments.journal("Charge"));
  }

  @Test
  void retriedCharge_withAnotherAmount_isRefused() {
    payments.stub(id).charge(charge(300));

    assertEquals(
        "INVALID_ARGUMENT REQUEST_ID_REUSED",
        refusalOf(() -> payments.stub(id).charge(charge(301))));
    assertEquals(700, payments.balance(CUSTOMER));
  }

  @Test
  void retriedRefusal_staysOne_evenIfThereIsMoneyNow() {
    assertEquals(
        "FAILED_PRECONDITION INSUFFICIENT_FUNDS",
        refusalOf(() -> payments.stub(id).charge(charge(1_100))));
    payments.open("rich", 5_000);
    payments.stub().charge(charge("rich", CUSTOMER, 4_000));

    assertEquals(
        "FAILED_PRECONDITION INSUFFICIENT_FUNDS",
        refusalOf(() -> payments.stub(id).charge(charge(1_100))));
    assertEquals(5_000, payments.balance(CUSTOMER));
  }

  @Test
  void retriedRefund_isMadeOnceAndAnsweredAlike() {
    RefundRequest request = refundOf(payments.stub().charge(charge(300)));

    Payment first = payments.stub(id).refund(request);
    Payment second = payments.stub(id).refund(request);

    assertEquals(first, second);
    assertEquals(1_000, payments.balance(CUSTOMER));
  }

  @Test
  void retriedOpening_isNoDuplicate() {
    OpenAccountRequest request =
        OpenAccountRequest.newBuilder().setAccountId("new").setOpeningBalanceCents(5).build();

    assertEquals(payments.stub(id).openAccount(request), payments.stub(id).openAccount(request));
    assertEquals(5, payments.balance("new"));
  }

  @Test
  void unguarded_theSameAttemptsChargeTwice() {
    try (PaymentFixture unguarded = PaymentFixture.unguarded().withCustomer(1_000)) {
      Payment first = unguarded.stub(id).charge(charge(300));
      Payment second = unguarded.stub(id).charge(charge(300));

      assertNotEquals(first.getPaymentId(), second.getPaymentId());
      assertEquals(400, unguarded.balance(CUSTOMER));
      assertEquals(new Counts(2, 0), unguarded.journal("Charge"));
    }
  }
}
