package io.github.grpconce.demo.order;

import io.github.grpconce.demo.handler.FieldChecks;
import io.github.grpconce.demo.order.v1.OrderLine;
import io.github.grpconce.demo.order.v1.PlaceOrderRequest;
import java.util.List;
import java.util.regex.Pattern;

/** What a well-formed request is. Throws INVALID_ARGUMENT, which names every field at fault. */
final class OrderChecks {

  /** So high that no total overflows: 100 lines of 1,000 pieces stay below 10^16. */
  static final long MAX_UNIT_PRICE_CENTS = 100_000_000_000L;

  /** As much as the payment service moves at once. */
  static final long MAX_TOTAL_CENTS = 100_000_000_000L;

  static final String ACCOUNT_ID_RULE = "must be 1 to 64 of a-z, 0-9 and '-'";

  private static final int MAX_LINES = 100;
  private static final int MAX_QUANTITY = 1_000;

  /** So that an order of the most lines is still a small value for the store. */
  private static final int MAX_TEXT_LENGTH = 200;

  private static final int MAX_ORDER_ID_LENGTH = 255;
  private static final Pattern ACCOUNT_ID = Pattern.compile("[a-z0-9-]{1,64}");

  private OrderChecks() {}

  static void placeOrder(PlaceOrderRequest request) {
    List<OrderLine> lines = request.getLinesList();
    FieldChecks checks =
        new FieldChecks()
            .require(
                isAccountId(request.getCustomerAccountId()), "customer_account_id", ACCOUNT_ID_RULE)
            .require(
                request.getReference().length() <= MAX_TEXT_LENGTH,
                "reference",
                "must be at most %d characters".formatted(MAX_TEXT_LENGTH))
            .require(
                !lines.isEmpty() && lines.size() <= MAX_LINES,
                "lines",
                "must be 1 to %d".formatted(MAX_LINES));
    for (int i = 0; i < Math.min(lines.size(), MAX_LINES); i++) {
      line(checks, "lines[%d].".formatted(i), lines.get(i));
    }
    checks.done();
    total(request);
  }

  /** Returns whether the payment service would take this for an account's ID. */
  static boolean isAccountId(String text) {
    return ACCOUNT_ID.matcher(text).matches();
  }

  static void orderId(String orderId) {
    new FieldChecks()
        .require(
            !orderId.isEmpty() && orderId.length() <= MAX_ORDER_ID_LENGTH,
            "order_id",
            "must be 1 to %d characters".formatted(MAX_ORDER_ID_LENGTH))
        .done();
  }

  /**
   * Returns what the lines cost.
   *
   * @param request with at most {@value #MAX_LINES} lines, all of them well-formed
   */
  static long totalCents(PlaceOrderRequest request) {
    return request.getLinesList().stream()
        .mapToLong(line -> Math.multiplyExact(line.getUnitPriceCents(), line.getQuantity()))
        .reduce(0, Math::addExact);
  }

  private static void line(FieldChecks checks, String path, OrderLine line) {
    checks
        .require(
            !line.getProduct().isBlank() && line.getProduct().length() <= MAX_TEXT_LENGTH,
            path + "product",
            "must be 1 to %d characters".formatted(MAX_TEXT_LENGTH))
        .require(
            line.getQuantity() > 0 && line.getQuantity() <= MAX_QUANTITY,
            path + "quantity",
            "must be 1 to %d".formatted(MAX_QUANTITY))
        .require(
            line.getUnitPriceCents() > 0 && line.getUnitPriceCents() <= MAX_UNIT_PRICE_CENTS,
            path + "unit_price_cents",
            "must be 1 to %d".formatted(MAX_UNIT_PRICE_CENTS));
  }

  private static void total(PlaceOrderRequest request) {
    new FieldChecks()
        .require(
            totalCents(request) <= MAX_TOTAL_CENTS,
            "lines",
            "must cost at most %d cents together".formatted(MAX_TOTAL_CENTS))
        .done();
  }
}
