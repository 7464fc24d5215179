package io.github.grpconce.demo.audit;

import io.github.grpconce.demo.payment.v1.Payment;
import io.github.grpconce.demo.shop.Purchase;

/**
 * What tells a purchase from all others, as the payment service sees it: no customer buys twice at
 * one price.
 */
record Price(String customer, long cents) {

  static Price of(Payment charge) {
    return new Price(charge.getFromAccountId(), charge.getAmountCents());
  }

  static Price of(Purchase purchase) {
    return new Price(purchase.customer(), purchase.totalCents());
  }
}
