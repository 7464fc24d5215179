package io.github.grpconce.demo.order;

import static io.github.grpconce.demo.order.OrderFixture.line;
import static io.github.grpconce.demo.order.OrderFixture.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.grpconce.demo.order.v1.GetOrderRequest;
import io.github.grpconce.demo.order.v1.ListOrdersRequest;
import io.github.grpconce.demo.order.v1.OrderLine;
import io.github.grpconce.demo.order.v1.PlaceOrderRequest;
import io.github.grpconce.teststore.StoreTest;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is wrong with a request is said in full, and nothing is done. */
@StoreTest
class MalformedOrderTest {

  private static final long MAX_CENTS = 100_000_000_000L;

  private final OrderFixture shop = OrderFixture.guarded();

  @AfterEach
  void nothingIsDone() {
    try (shop) {
      assertEquals(List.of(), shop.orders());
      assertEquals(List.of(), shop.charges());
    }
  }

  static Stream<Arguments> orders() {
    return Stream.of(
        Arguments.of(
            "customer_account_id must be 1 to 64 of a-z, 0-9 and '-'",
            request().toBuilder().clearCustomerAccountId().build()),
        Arguments.of(
            "reference must be at most 200 characters",
            request().toBuilder().setReference("x".repeat(201)).build()),
        Arguments.of("lines must be 1 to 100", of(List.of())),
        Arguments.of("lines must be 1 to 100", of(Collections.nCopies(101, line("pen", 1, 1)))),
        Arguments.of("lines[0].product must be 1 to 200 characters", of(line(" ", 1, 1))),
        Arguments.of(
            "lines[0].product must be 1 to 200 characters", of(line("x".repeat(201), 1, 1))),
        Arguments.of("lines[0].quantity must be 1 to 1000", of(line("pen", 0, 1))),
        Arguments.of("lines[0].quantity must be 1 to 1000", of(line("pen", -1, 1))),
        Arguments.of("lines[0].quantity must be 1 to 1000", of(line("pen", 1001, 1))),
        Arguments.of(
            "lines[1].unit_price_cents must be 1 to 100000000000",
            of(line("pen", 1, 1), line("ink", 1, 0))),
        Arguments.of(
            "lines[0].unit_price_cents must be 1 to 100000000000",
            of(line("pen", 1, Long.MAX_VALUE))),
        Arguments.of(
            "lines must cost at most 100000000000 cents together",
            of(line("pen", 1, MAX_CENTS), line("ink", 1, 1))),
        Arguments.of(
            "lines must cost at most 100000000000 cents together",
            of(Collections.nCopies(100, line("pen", 1_000, MAX_CENTS)))),
        Arguments.of(
            "lines[0].quantity must be 1 to 1000;"
                + " lines[0].unit_price_cents must be 1 to 100000000000",
            of(line("pen", 0, 0))));
  }

  @ParameterizedTest
  @MethodSource("orders")
  void order_isInvalid(String violations, PlaceOrderRequest request) {
    assertInvalid(violations, () -> shop.stub().placeOrder(request));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 256})
  void orderId_isInvalid(int length) {
    GetOrderRequest request = GetOrderRequest.newBuilder().setOrderId("x".repeat(length)).build();

    assertInvalid("order_id must be 1 to 255 characters", () -> shop.stub().getOrder(request));
  }

  @Test
  void listing_isInvalid() {
    ListOrdersRequest request =
        ListOrdersRequest.newBuilder().setPageSize(1_001).setPageToken("?").build();

    assertInvalid(
        "page_size must be 0 to 1000; page_token must be a token that an answer contained",
        () -> shop.stub().listOrders(request));
  }

  private static PlaceOrderRequest of(OrderLine... lines) {
    return of(List.of(lines));
  }

  private static PlaceOrderRequest of(List<OrderLine> lines) {
    return request().toBuilder().clearLines().addAllLines(lines).build();
  }

  private static void assertInvalid(String violations, Executable call) {
    StatusRuntimeException refusal = assertThrows(StatusRuntimeException.class, call);
    assertEquals(Code.INVALID_ARGUMENT, refusal.getStatus().getCode());
    assertEquals(violations, refusal.getStatus().getDescription());
  }
}
