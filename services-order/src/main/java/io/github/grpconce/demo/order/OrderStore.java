package io.github.grpconce.demo.order;

import com.apple.foundationdb.ReadTransaction;
import com.apple.foundationdb.Transaction;
import com.apple.foundationdb.subspace.Subspace;
import com.apple.foundationdb.tuple.Tuple;
import com.google.protobuf.InvalidProtocolBufferException;
import io.github.grpconce.demo.handler.Page;
import io.github.grpconce.demo.handler.PageRequest;
import io.github.grpconce.demo.order.v1.Order;
import java.util.List;

/**
 * The orders, each a {@code demo.order.v1.Order} under its ID.
 *
 * <p>Works within the caller's transactions; reads block. Thread-safe.
 */
final class OrderStore {

  private final Subspace orders;

  /**
   * Returns the orders of a store.
   *
   * @param data the service's data subspace
   */
  OrderStore(Subspace data) {
    this.orders = data.get("order");
  }

  /** Stores an order, in the place of what it was before. */
  Order put(Transaction transaction, Order order) {
    transaction.set(orders.pack(Tuple.from(order.getOrderId())), order.toByteArray());
    return order;
  }

  Order get(ReadTransaction transaction, String orderId) {
    byte[] stored = transaction.get(orders.pack(Tuple.from(orderId))).join();
    if (stored == null) {
      throw OrderRefusals.orderNotFound(orderId);
    }
    return parse(stored);
  }

  Page<Order> list(ReadTransaction transaction, PageRequest page) {
    return page.read(transaction, orders, row -> parse(row.getValue()));
  }

  List<Order> all(ReadTransaction transaction) {
    return transaction.getRange(orders.range()).asList().join().stream()
        .map(row -> parse(row.getValue()))
        .toList();
  }

  private static Order parse(byte[] stored) {
    try {
      return Order.parseFrom(stored);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a stored order can't be read", e);
    }
  }
}
