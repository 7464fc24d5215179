package io.github.grpconce.demo.order;

import io.github.grpconce.demo.handler.Refusal;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.util.Map;

/** What the order service refuses, beside requests that are malformed. */
final class OrderRefusals {

  private static final String DOMAIN = "order.demo";

  private static final Refusal ORDER_NOT_FOUND =
      new Refusal(Code.NOT_FOUND, DOMAIN, "ORDER_NOT_FOUND");
  private static final Refusal PAYMENT_DECLINED =
      new Refusal(Code.FAILED_PRECONDITION, DOMAIN, "PAYMENT_DECLINED");
  private static final Refusal PAYMENT_UNAVAILABLE =
      new Refusal(Code.UNAVAILABLE, DOMAIN, "PAYMENT_UNAVAILABLE");
  private static final Refusal PAYMENT_MISUSED =
      new Refusal(Code.INTERNAL, DOMAIN, "PAYMENT_MISUSED");

  private OrderRefusals() {}

  static StatusRuntimeException orderNotFound(String orderId) {
    return ORDER_NOT_FOUND.because("there is no order " + orderId, Map.of("order_id", orderId));
  }

  static StatusRuntimeException paymentDeclined(ChargeResult.Declined declined) {
    return PAYMENT_DECLINED.because(
        "the payment was declined: " + declined.message(),
        Map.of("payment_reason", declined.reason()));
  }

  /** The charge may have been made or not: only the same order, tried again, finds out. */
  static StatusRuntimeException paymentUnavailable(Code seen) {
    return PAYMENT_UNAVAILABLE.because(
        "the payment service did not answer: try again", Map.of("payment_code", seen.name()));
  }

  /** The order service's own fault, or its operator's. */
  static StatusRuntimeException paymentMisused(Code seen, String message) {
    return PAYMENT_MISUSED.because(
        "the payment service refused what it was asked: " + message,
        Map.of("payment_code", seen.name()));
  }
}
