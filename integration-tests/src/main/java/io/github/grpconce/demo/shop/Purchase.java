package io.github.grpconce.demo.shop;

import io.github.grpconce.demo.order.v1.OrderLine;
import io.github.grpconce.demo.order.v1.PlaceOrderRequest;

/**
 * Something that a customer wants to buy once, however often the shopper has to ask for it.
 *
 * @param request what the shopper sends, the same at every try
 * @param affordable whether the customer has the money; if not, the right answer is a decline
 */
public record Purchase(PlaceOrderRequest request, boolean affordable) {

  /** The shopper's own name for it, unique in a run. */
  public String reference() {
    return request.getReference();
  }

  /** Who pays. */
  public String customer() {
    return request.getCustomerAccountId();
  }

  /** What it costs, in cents; no two purchases of one customer cost the same. */
  public long totalCents() {
    return request.getLinesList().stream().mapToLong(Purchase::cents).sum();
  }

  private static long cents(OrderLine line) {
    return line.getQuantity() * line.getUnitPriceCents();
  }
}
