package io.github.grpconce.demo.order;

/** What became of a charge, once that is known for good. */
sealed interface ChargeResult {

  /**
   * The money has moved.
   *
   * @param paymentId the payment service's ID of the charge
   */
  record Charged(String paymentId) implements ChargeResult {}

  /**
   * No money has moved, and none will.
   *
   * @param reason the payment service's, for programs; empty if it gave none
   * @param message the payment service's, for people
   */
  record Declined(String reason, String message) implements ChargeResult {}
}
