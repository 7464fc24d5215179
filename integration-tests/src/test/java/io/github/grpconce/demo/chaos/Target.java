package io.github.grpconce.demo.chaos;

/** What can be struck. */
enum Target {
  ORDER_SERVICE,
  PAYMENT_SERVICE,
  /** Between the shoppers and the order service. */
  SHOPPER_LINK,
  /** Between the order service and the payment service. */
  PAYMENT_LINK,
  /** FoundationDB's processes. */
  CLUSTER;

  boolean isService() {
    return this == ORDER_SERVICE || this == PAYMENT_SERVICE;
  }
}
