package io.github.grpconce.demo.order;

import static io.github.grpconce.demo.order.OrderFixture.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.github.grpconce.RequestId;
import io.github.grpconce.demo.order.v1.Order;
import io.github.grpconce.server.CallerScope;
import io.github.grpconce.teststore.StoreTest;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two callers that happen to choose one request ID: each has an order of their own. */
@StoreTest
class ScopedOrdersTest {

  private static final Metadata.Key<String> USER =
      Metadata.Key.of("user", Metadata.ASCII_STRING_MARSHALLER);

  private final OrderFixture shop = OrderFixture.guardedFor(CallerScope.header(USER));

  @AfterEach
  void stop() {
    shop.close();
  }

  @Test
  void oneOpaqueIdOfTwoCallers_makesTwoOrders_andTwoCharges() {
    Order ofAnn = place("ann");
    Order ofBen = place("ben");

    assertNotEquals(ofAnn.getOrderId(), ofBen.getOrderId());
    assertEquals(2, shop.orders().size());
    assertEquals(2, shop.charges().size());
    assertEquals(ofAnn, place("ann"));
  }

  private Order place(String user) {
    Metadata headers = new Metadata();
    headers.put(USER, user);
    return shop.stub(RequestId.of("order-1"))
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
        .placeOrder(request());
  }
}
