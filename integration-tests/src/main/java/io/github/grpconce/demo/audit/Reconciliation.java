package io.github.grpconce.demo.audit;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toMap;

import io.github.grpconce.demo.audit.Breach.Kind;
import io.github.grpconce.demo.order.v1.Order;
import io.github.grpconce.demo.payment.v1.Payment;
import io.github.grpconce.demo.shop.Answer;
import io.github.grpconce.demo.shop.Purchase;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Compares the two services' stores with each other, order by order and charge by charge, and with
 * what clients were told. Stricter than an {@link Audit}: it also holds for clients that left
 * without an answer, whose orders must be done or not done all the same.
 *
 * <p>To be made when everything has come to rest. Not thread-safe.
 */
public final class Reconciliation {

  private final List<Purchase> purchases;
  private final Map<String, Answer> answers;
  private final Evidence evidence;
  private final List<Payment> charges;
  private final Map<String, Order> orders;
  private final List<Breach> breaches = new ArrayList<>();

  private Reconciliation(List<Purchase> purchases, Map<String, Answer> answers, Evidence evidence) {
    this.purchases = purchases;
    this.answers = answers;
    this.evidence = evidence;
    charges =
        evidence.books().payments().stream()
            .filter(payment -> payment.getKind() == Payment.Kind.CHARGE)
            .toList();
    orders = evidence.orders().stream().collect(toMap(Order::getOrderId, order -> order));
  }

  /**
   * Returns everything that must not be.
   *
   * @param purchases what was to be bought; may hold some that nobody got round to
   * @param answers what clients were told, by the purchases' references; those that left without an
   *     answer are {@link Answer.Unanswered}
   */
  public static List<Breach> breaches(
      List<Purchase> purchases, Map<String, Answer> answers, Evidence evidence) {
    Reconciliation reconciliation = new Reconciliation(purchases, answers, evidence);
    reconciliation.compareOrdersWithCharges();
    reconciliation.compareChargesWithOrders();
    reconciliation.comparePurchases();
    reconciliation.compareAnswers();
    reconciliation.balance();
    return List.copyOf(reconciliation.breaches);
  }

  private void compareOrdersWithCharges() {
    Map<String, List<Payment>> byOrder =
        charges.stream().collect(groupingBy(Payment::getReference));
    for (Order order : orders.values()) {
      List<Payment> own = byOrder.getOrDefault(order.getOrderId(), List.of());
      String what = describe(order) + " and has the charges " + own;
      switch (order.getState()) {
        case CONFIRMED ->
            require(own.size() == 1 && pays(own.get(0), order), Kind.WRONGLY_PAID, what);
        case CANCELLED -> require(own.isEmpty(), Kind.CHARGED_FOR_NOTHING, what);
        default -> require(false, Kind.HALF_DONE, what);
      }
    }
  }

  private static boolean pays(Payment charge, Order order) {
    return charge.getPaymentId().equals(order.getPaymentId())
        && charge.getFromAccountId().equals(order.getCustomerAccountId())
        && charge.getAmountCents() == order.getTotalCents();
  }

  private void compareChargesWithOrders() {
    for (Payment charge : charges) {
      Order order = orders.get(charge.getReference());
      require(
          order != null && isConfirmed(order),
          Kind.CHARGED_FOR_NOTHING,
          "no confirmed order belongs to the charge " + charge);
    }
  }

  private void comparePurchases() {
    Map<Price, List<Payment>> byPrice = charges.stream().collect(groupingBy(Price::of));
    Map<String, List<Order>> byReference =
        orders.values().stream().collect(groupingBy(Order::getReference));
    for (Purchase purchase : purchases) {
      List<Payment> paid = byPrice.getOrDefault(Price.of(purchase), List.of());
      require(
          paid.size() <= 1,
          Kind.CHARGED_TWICE,
          "%s was charged for %d times".formatted(purchase.reference(), paid.size()));
      List<Order> placed = byReference.getOrDefault(purchase.reference(), List.of());
      require(
          placed.size() <= 1,
          Kind.ORDERED_TWICE,
          "%s was ordered %d times".formatted(purchase.reference(), placed.size()));
    }
  }

  private void compareAnswers() {
    for (Purchase purchase : purchases) {
      Answer answer = answers.get(purchase.reference());
      if (answer instanceof Answer.Confirmed confirmed) {
        require(
            isFor(purchase, orders.get(confirmed.orderId())),
            Kind.WRONG_ANSWER,
            "%s was confirmed as %s".formatted(purchase.reference(), confirmed.orderId()));
      } else if (answer instanceof Answer.Declined declined) {
        require(
            !purchase.affordable() && !isConfirmed(purchase),
            Kind.WRONG_ANSWER,
            "%s was declined: %s".formatted(purchase.reference(), declined.reason()));
      }
    }
  }

  private static boolean isFor(Purchase purchase, @Nullable Order order) {
    return order != null
        && isConfirmed(order)
        && order.getReference().equals(purchase.reference())
        && order.getTotalCents() == purchase.totalCents();
  }

  private boolean isConfirmed(Purchase purchase) {
    return orders.values().stream()
        .anyMatch(order -> isConfirmed(order) && order.getReference().equals(purchase.reference()));
  }

  private static boolean isConfirmed(Order order) {
    return order.getState() == Order.State.CONFIRMED;
  }

  private void balance() {
    long sum = evidence.books().sumOfBalancesCents();
    require(sum == 0, Kind.MONEY, "all accounts together hold " + sum + " cents");
    long unexplained = evidence.books().unexplainedCents();
    require(unexplained == 0, Kind.MONEY, "no payment explains " + unexplained + " cents");
  }

  private static String describe(Order order) {
    return "order %s of %s is %s"
        .formatted(order.getOrderId(), order.getReference(), order.getState());
  }

  private void require(boolean holds, Kind kind, String what) {
    if (!holds) {
      breaches.add(new Breach(kind, what));
    }
  }
}
