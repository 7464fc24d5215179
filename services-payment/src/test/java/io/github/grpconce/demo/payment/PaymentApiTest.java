package io.github.grpconce.demo.payment;

import static io.github.grpconce.demo.payment.PaymentFixture.CUSTOMER;
import static io.github.grpconce.demo.payment.PaymentFixture.MERCHANT;
import static io.github.grpconce.demo.payment.PaymentFixture.charge;
import static io.github.grpconce.demo.payment.PaymentFixture.refusalOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.grpconce.demo.payment.v1.GetAccountRequest;
import io.github.grpconce.demo.payment.v1.GetPaymentRequest;
import io.github.grpconce.demo.payment.v1.ListPaymentsRequest;
import io.github.grpconce.demo.payment.v1.ListPaymentsResponse;
import io.github.grpconce.demo.payment.v1.Payment;
import io.github.grpconce.teststore.StoreTest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What each method does with well-formed requests. After every test the books balance. */
@StoreTest
class PaymentApiTest {

  private final PaymentFixture payments = PaymentFixture.guarded().withCustomer(1_000);

  @AfterEach
  void booksBalance() {
    try (payments) {
      Books books = payments.books();
      assertEquals(0, books.sumOfBalancesCents());
      assertEquals(0, books.unexplainedCents());
    }
  }

  @Test
  void openAccount_movesTheOpeningBalanceOutOfTheBank() {
    assertEquals(-1_000, payments.balance(Balances.BANK));
    assertEquals(1_000, payments.balance(CUSTOMER));
    Payment opening = payments.books().payments().get(0);
    assertEquals(Payment.Kind.OPENING, opening.getKind());
    assertEquals(Balances.BANK, opening.getFromAccountId());
    assertEquals(CUSTOMER, opening.getToAccountId());
    assertEquals(1_000, opening.getAmountCents());
  }

  @Test
  void openAccount_withNothing_movesNothing() {
    assertEquals(0, payments.balance(MERCHANT));
    assertEquals(1, payments.books().payments().size());
  }

  @ParameterizedTest
  @ValueSource(strings = {CUSTOMER, Balances.BANK})
  void openAccount_thatIsThere_isRefused(String accountId) {
    assertEquals("ALREADY_EXISTS ACCOUNT_EXISTS", refusalOf(() -> payments.open(accountId, 1)));
  }

  @Test
  void charge_movesTheMoneyAndSaysSo() {
    Payment payment = payments.stub().charge(charge(300));

    assertEquals(Payment.Kind.CHARGE, payment.getKind());
    assertEquals(CUSTOMER, payment.getFromAccountId());
    assertEquals(MERCHANT, payment.getToAccountId());
    assertEquals(300, payment.getAmountCents());
    assertEquals("order-1", payment.getReference());
    assertTrue(payment.hasCreateTime());
    assertEquals(700, payments.balance(CUSTOMER));
    assertEquals(300, payments.balance(MERCHANT));
    assertEquals(payment, payments.stub().getPayment(get(payment.getPaymentId())));
  }

  @Test
  void charge_ofAllThereIs_leavesNothing() {
    payments.stub().charge(charge(1_000));

    assertEquals(0, payments.balance(CUSTOMER));
  }

  @Test
  void charge_ofMoreThanThereIs_isRefusedAndMovesNothing() {
    assertEquals(
        "FAILED_PRECONDITION INSUFFICIENT_FUNDS",
        refusalOf(() -> payments.stub().charge(charge(1_001))));

    assertEquals(1_000, payments.balance(CUSTOMER));
    assertEquals(0, payments.balance(MERCHANT));
    assertEquals(1, payments.books().payments().size());
  }

  @Test
  void charge_ofAnUnknownCustomer_isNotFound() {
    assertEquals(
        "NOT_FOUND ACCOUNT_NOT_FOUND",
        refusalOf(() -> payments.stub().charge(charge("nobody", MERCHANT, 1))));
  }

  @Test
  void charge_forAnUnknownMerchant_isNotFound() {
    assertEquals(
        "NOT_FOUND ACCOUNT_NOT_FOUND",
        refusalOf(() -> payments.stub().charge(charge(CUSTOMER, "nobody", 1))));
    assertEquals(1_000, payments.balance(CUSTOMER));
  }

  @Test
  void refund_movesTheMoneyBackOnce() {
    Payment charge = payments.stub().charge(charge(300));

    Payment refund = payments.refund(charge);

    assertEquals(Payment.Kind.REFUND, refund.getKind());
    assertEquals(charge.getPaymentId(), refund.getCounterpartId());
    assertEquals("order-1", refund.getReference());
    assertEquals(
        refund.getPaymentId(),
        payments.stub().getPayment(get(charge.getPaymentId())).getCounterpartId());
    assertEquals("FAILED_PRECONDITION ALREADY_REFUNDED", refusalOf(() -> payments.refund(charge)));
    assertEquals(1_000, payments.balance(CUSTOMER));
    assertEquals(0, payments.balance(MERCHANT));
  }

  @Test
  void refund_ofWhatIsNoCharge_isRefused() {
    Payment opening = payments.books().payments().get(0);
    Payment refund = payments.refund(payments.stub().charge(charge(300)));

    assertEquals("FAILED_PRECONDITION NOT_A_CHARGE", refusalOf(() -> payments.refund(opening)));
    assertEquals("FAILED_PRECONDITION NOT_A_CHARGE", refusalOf(() -> payments.refund(refund)));
  }

  @Test
  void refund_ofMoneyThatTheMerchantNoLongerHas_isRefused() {
    Payment charge = payments.stub().charge(charge(300));
    payments.open("supplier", 0);
    payments.stub().charge(charge(MERCHANT, "supplier", 1));

    assertEquals(
        "FAILED_PRECONDITION INSUFFICIENT_FUNDS", refusalOf(() -> payments.refund(charge)));
    assertEquals(299, payments.balance(MERCHANT));
  }

  @Test
  void refund_ofAnUnknownPayment_isNotFound() {
    Payment unknown = Payment.newBuilder().setPaymentId("unknown").build();

    assertEquals("NOT_FOUND PAYMENT_NOT_FOUND", refusalOf(() -> payments.refund(unknown)));
  }

  @Test
  void getPayment_thatIsUnknown_isNotFound() {
    assertEquals(
        "NOT_FOUND PAYMENT_NOT_FOUND", refusalOf(() -> payments.stub().getPayment(get("unknown"))));
  }

  @Test
  void getAccount_saysWhatItHolds() {
    GetAccountRequest request = GetAccountRequest.newBuilder().setAccountId(CUSTOMER).build();

    assertEquals(1_000, payments.stub().getAccount(request).getBalanceCents());
  }

  @Test
  void getAccount_thatIsUnknown_isNotFound() {
    GetAccountRequest request = GetAccountRequest.newBuilder().setAccountId("nobody").build();

    assertEquals(
        "NOT_FOUND ACCOUNT_NOT_FOUND", refusalOf(() -> payments.stub().getAccount(request)));
  }

  @Test
  void listPayments_pagesThroughAllOfThem() {
    for (int i = 1; i <= 4; i++) {
      payments.stub().charge(charge(i));
    }

    assertEquals(payments.books().payments(), list(""));
  }

  @Test
  void listPayments_withAReference_leavesOutTheRest() {
    List<Payment> expected = new ArrayList<>();
    for (int i = 1; i <= 3; i++) {
      expected.add(payments.stub().charge(charge(i)));
    }
    payments.stub().charge(charge(3).toBuilder().setReference("order-11").build());
    payments.stub().charge(charge(4).toBuilder().clearReference().build());

    List<Payment> listed = list("order-1");

    assertEquals(expected.size(), listed.size());
    assertTrue(listed.containsAll(expected));
  }

  private static GetPaymentRequest get(String paymentId) {
    return GetPaymentRequest.newBuilder().setPaymentId(paymentId).build();
  }

  /** Returns the payments of all pages, two to a page. */
  private List<Payment> list(String reference) {
    ListPaymentsRequest.Builder request =
        ListPaymentsRequest.newBuilder().setPageSize(2).setReference(reference);
    List<Payment> listed = new ArrayList<>();
    ListPaymentsResponse page;
    do {
      page = payments.stub().listPayments(request.build());
      listed.addAll(page.getPaymentsList());
      request.setPageToken(page.getNextPageToken());
    } while (!page.getNextPageToken().isEmpty());
    return listed;
  }
}
