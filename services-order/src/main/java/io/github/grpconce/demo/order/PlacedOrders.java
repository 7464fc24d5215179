package io.github.grpconce.demo.order;

import com.apple.foundationdb.Database;
import io.github.grpconce.demo.order.v1.Order;
import io.github.grpconce.demo.runtime.ServiceSpace;
import java.util.List;

/** Reads back what the order service has in its store. */
public final class PlacedOrders {

  private PlacedOrders() {}

  /**
   * Returns all orders by ID, whatever their state, as of one moment. Blocks.
   *
   * @param database may have a running service on it; must be read within FoundationDB's five
   *     seconds, which is enough for some hundred thousand orders
   * @param space the order service's
   */
  public static List<Order> read(Database database, ServiceSpace space) {
    OrderStore orders = new OrderStore(space.data());
    return database.read(transaction -> orders.all(transaction.snapshot()));
  }
}
