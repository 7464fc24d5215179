package io.github.grpconce.demo.shop;

/** What the shopper knows of a purchase in the end. */
public sealed interface Answer {

  /** The order service said OK. */
  record Confirmed(String orderId) implements Answer {}

  /** The order service said, once and for all, no. */
  record Declined(String reason) implements Answer {}

  /** No try was answered, and the shopper's patience is at its end. */
  record Unanswered(String lastFailure) implements Answer {}
}
