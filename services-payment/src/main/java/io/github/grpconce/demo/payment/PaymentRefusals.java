package io.github.grpconce.demo.payment;

import io.github.grpconce.demo.handler.Refusal;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.util.Map;

/** What the ledger refuses, beside requests that are malformed. All of it is final. */
final class PaymentRefusals {

  private static final String DOMAIN = "payment.demo";

  private static final Refusal ACCOUNT_NOT_FOUND = refusal(Code.NOT_FOUND, "ACCOUNT_NOT_FOUND");
  private static final Refusal ACCOUNT_EXISTS = refusal(Code.ALREADY_EXISTS, "ACCOUNT_EXISTS");
  private static final Refusal PAYMENT_NOT_FOUND = refusal(Code.NOT_FOUND, "PAYMENT_NOT_FOUND");
  private static final Refusal INSUFFICIENT_FUNDS =
      refusal(Code.FAILED_PRECONDITION, "INSUFFICIENT_FUNDS");
  private static final Refusal BALANCE_LIMIT = refusal(Code.FAILED_PRECONDITION, "BALANCE_LIMIT");
  private static final Refusal NOT_A_CHARGE = refusal(Code.FAILED_PRECONDITION, "NOT_A_CHARGE");
  private static final Refusal ALREADY_REFUNDED =
      refusal(Code.FAILED_PRECONDITION, "ALREADY_REFUNDED");

  private PaymentRefusals() {}

  static StatusRuntimeException accountNotFound(String accountId) {
    return ACCOUNT_NOT_FOUND.because(
        "there is no account " + accountId, Map.of("account_id", accountId));
  }

  static StatusRuntimeException accountExists(String accountId) {
    return ACCOUNT_EXISTS.because(
        "there is an account %s already".formatted(accountId), Map.of("account_id", accountId));
  }

  static StatusRuntimeException paymentNotFound(String paymentId) {
    return PAYMENT_NOT_FOUND.because(
        "there is no payment " + paymentId, Map.of("payment_id", paymentId));
  }

  /** Doesn't say how much there is: whoever may charge an account need not know its balance. */
  static StatusRuntimeException insufficientFunds(String accountId) {
    return INSUFFICIENT_FUNDS.because(
        "account %s has not enough money".formatted(accountId), Map.of("account_id", accountId));
  }

  static StatusRuntimeException balanceLimit(String accountId) {
    return BALANCE_LIMIT.because(
        "account %s can hold no more".formatted(accountId), Map.of("account_id", accountId));
  }

  static StatusRuntimeException notACharge(String paymentId) {
    return NOT_A_CHARGE.because(
        "payment %s is no charge: only charges are refunded".formatted(paymentId),
        Map.of("payment_id", paymentId));
  }

  static StatusRuntimeException alreadyRefunded(String paymentId, String refundId) {
    return ALREADY_REFUNDED.because(
        "payment %s was refunded already, by %s".formatted(paymentId, refundId),
        Map.of("payment_id", paymentId, "refund_id", refundId));
  }

  private static Refusal refusal(Code code, String reason) {
    return new Refusal(code, DOMAIN, reason);
  }
}
