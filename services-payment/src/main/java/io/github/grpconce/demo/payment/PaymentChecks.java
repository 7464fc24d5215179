package io.github.grpconce.demo.payment;

import io.github.grpconce.demo.handler.FieldChecks;
import io.github.grpconce.demo.payment.v1.ChargeRequest;
import io.github.grpconce.demo.payment.v1.OpenAccountRequest;
import java.util.regex.Pattern;

/** What a well-formed request is. Throws INVALID_ARGUMENT, which names every field at fault. */
final class PaymentChecks {

  private static final Pattern ACCOUNT_ID = Pattern.compile("[a-z0-9-]{1,64}");

  /** Both are parts of keys, which FoundationDB limits to 10,000 bytes. */
  private static final int MAX_REFERENCE_LENGTH = 256;

  private static final int MAX_PAYMENT_ID_LENGTH = 64;

  private PaymentChecks() {}

  static void openAccount(OpenAccountRequest request) {
    long amountCents = request.getOpeningBalanceCents();
    FieldChecks checks = new FieldChecks();
    accountId(checks, "account_id", request.getAccountId());
    checks
        .require(
            amountCents >= 0 && amountCents <= Balances.MAX_AMOUNT_CENTS,
            "opening_balance_cents",
            "must be 0 to " + Balances.MAX_AMOUNT_CENTS)
        .done();
  }

  static void charge(ChargeRequest request) {
    String customer = request.getCustomerAccountId();
    String merchant = request.getMerchantAccountId();
    long amountCents = request.getAmountCents();
    FieldChecks checks = new FieldChecks();
    accountId(checks, "customer_account_id", customer);
    accountId(checks, "merchant_account_id", merchant);
    checks
        .require(!customer.equals(Balances.BANK), "customer_account_id", "must not be the bank's")
        .require(!merchant.equals(Balances.BANK), "merchant_account_id", "must not be the bank's")
        .require(
            !merchant.equals(customer), "merchant_account_id", "must not be the customer's account")
        .require(
            amountCents > 0 && amountCents <= Balances.MAX_AMOUNT_CENTS,
            "amount_cents",
            "must be 1 to " + Balances.MAX_AMOUNT_CENTS);
    reference(checks, request.getReference());
    checks.done();
  }

  static void accountId(String accountId) {
    FieldChecks checks = new FieldChecks();
    accountId(checks, "account_id", accountId);
    checks.done();
  }

  static void paymentId(String paymentId) {
    new FieldChecks()
        .require(
            !paymentId.isEmpty() && paymentId.length() <= MAX_PAYMENT_ID_LENGTH,
            "payment_id",
            "must be 1 to %d characters".formatted(MAX_PAYMENT_ID_LENGTH))
        .done();
  }

  static void reference(FieldChecks checks, String reference) {
    checks.require(
        reference.length() <= MAX_REFERENCE_LENGTH,
        "reference",
        "must be at most %d characters".formatted(MAX_REFERENCE_LENGTH));
  }

  private static void accountId(FieldChecks checks, String field, String accountId) {
    checks.require(
        ACCOUNT_ID.matcher(accountId).matches(), field, "must be 1 to 64 of a-z, 0-9 and '-'");
  }
}
