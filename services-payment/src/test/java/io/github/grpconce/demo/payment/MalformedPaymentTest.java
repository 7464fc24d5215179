package io.github.grpconce.demo.payment;

import static io.github.grpconce.demo.payment.PaymentFixture.CUSTOMER;
import static io.github.grpconce.demo.payment.PaymentFixture.MERCHANT;
import static io.github.grpconce.demo.payment.PaymentFixture.charge;
import static io.github.grpconce.demo.payment.PaymentFixture.violationsIn;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.grpconce.demo.payment.v1.ChargeRequest;
import io.github.grpconce.demo.payment.v1.GetAccountRequest;
import io.github.grpconce.demo.payment.v1.GetPaymentRequest;
import io.github.grpconce.demo.payment.v1.ListPaymentsRequest;
import io.github.grpconce.demo.payment.v1.OpenAccountRequest;
import io.github.grpconce.demo.payment.v1.RefundRequest;
import io.github.grpconce.teststore.StoreTest;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is wrong with a request is said in full, and nothing is done. */
@StoreTest
class MalformedPaymentTest {

  private static final String ACCOUNT_RULE = "must be 1 to 64 of a-z, 0-9 and '-'";
  private static final String AMOUNT_RULE = "must be 1 to 100000000000";

  private final PaymentFixture payments = PaymentFixture.guarded().withCustomer(1_000);

  @AfterEach
  void nothingIsDone() {
    try (payments) {
      assertEquals(1, payments.books().payments().size());
      assertEquals(3, payments.books().accounts().size());
    }
  }

  static Stream<Arguments> charges() {
    return Stream.of(
        Arguments.of("amount_cents " + AMOUNT_RULE, charge(0)),
        Arguments.of("amount_cents " + AMOUNT_RULE, charge(-1)),
        Arguments.of("amount_cents " + AMOUNT_RULE, charge(Long.MIN_VALUE)),
        Arguments.of("amount_cents " + AMOUNT_RULE, charge(Long.MAX_VALUE)),
        Arguments.of("amount_cents " + AMOUNT_RULE, charge(Balances.MAX_AMOUNT_CENTS + 1)),
        Arguments.of("customer_account_id " + ACCOUNT_RULE, charge("", MERCHANT, 1)),
        Arguments.of("customer_account_id " + ACCOUNT_RULE, charge("A", MERCHANT, 1)),
        Arguments.of("customer_account_id " + ACCOUNT_RULE, charge("a\n", MERCHANT, 1)),
        Arguments.of("customer_account_id " + ACCOUNT_RULE, charge("a".repeat(65), MERCHANT, 1)),
        Arguments.of("merchant_account_id " + ACCOUNT_RULE, charge(CUSTOMER, "ü", 1)),
        Arguments.of(
            "customer_account_id must not be the bank's", charge(Balances.BANK, MERCHANT, 1)),
        Arguments.of(
            "merchant_account_id must not be the bank's", charge(CUSTOMER, Balances.BANK, 1)),
        Arguments.of(
            "merchant_account_id must not be the customer's account",
            charge(CUSTOMER, CUSTOMER, 1)),
        Arguments.of(
            "reference must be at most 256 characters",
            charge(1).toBuilder().setReference("x".repeat(257)).build()),
        Arguments.of(
            "customer_account_id " + ACCOUNT_RULE + "; amount_cents " + AMOUNT_RULE,
            charge("", MERCHANT, 0)));
  }

  @ParameterizedTest
  @MethodSource("charges")
  void charge_isInvalid(String violations, ChargeRequest request) {
    assertInvalid(violations, violationsIn(() -> payments.stub().charge(request)));
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, Long.MIN_VALUE, Balances.MAX_AMOUNT_CENTS + 1, Long.MAX_VALUE})
  void openingBalance_isInvalid(long balanceCents) {
    OpenAccountRequest request =
        OpenAccountRequest.newBuilder()
            .setAccountId("new")
            .setOpeningBalanceCents(balanceCents)
            .build();

    assertInvalid(
        "opening_balance_cents must be 0 to 100000000000",
        violationsIn(() -> payments.stub().openAccount(request)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "New", "new account"})
  void accountId_isInvalid(String accountId) {
    OpenAccountRequest opening = OpenAccountRequest.newBuilder().setAccountId(accountId).build();
    GetAccountRequest reading = GetAccountRequest.newBuilder().setAccountId(accountId).build();

    assertInvalid(
        "account_id " + ACCOUNT_RULE, violationsIn(() -> payments.stub().openAccount(opening)));
    assertInvalid(
        "account_id " + ACCOUNT_RULE, violationsIn(() -> payments.stub().getAccount(reading)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "12345678901234567890123456789012345678901234567890123456789012345"})
  void paymentId_isInvalid(String paymentId) {
    RefundRequest refund = RefundRequest.newBuilder().setPaymentId(paymentId).build();
    GetPaymentRequest reading = GetPaymentRequest.newBuilder().setPaymentId(paymentId).build();

    assertInvalid(
        "payment_id must be 1 to 64 characters",
        violationsIn(() -> payments.stub().refund(refund)));
    assertInvalid(
        "payment_id must be 1 to 64 characters",
        violationsIn(() -> payments.stub().getPayment(reading)));
  }

  static Stream<Arguments> listings() {
    return Stream.of(
        Arguments.of(
            "page_token must be a token that an answer contained",
            ListPaymentsRequest.newBuilder().setPageToken("?").build()),
        Arguments.of(
            "page_size must be 0 to 1000",
            ListPaymentsRequest.newBuilder().setPageSize(-1).build()),
        Arguments.of(
            "reference must be at most 256 characters",
            ListPaymentsRequest.newBuilder().setReference("x".repeat(257)).build()));
  }

  @ParameterizedTest
  @MethodSource("listings")
  void listing_isInvalid(String violations, ListPaymentsRequest request) {
    assertInvalid(violations, violationsIn(() -> payments.stub().listPayments(request)));
  }

  private static void assertInvalid(String violations, String refusal) {
    assertEquals("INVALID_ARGUMENT " + violations, refusal);
  }
}
