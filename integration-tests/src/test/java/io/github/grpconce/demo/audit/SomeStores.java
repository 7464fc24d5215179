package io.github.grpconce.demo.audit;

import io.github.grpconce.demo.order.v1.Order;
import io.github.grpconce.demo.order.v1.OrderLine;
import io.github.grpconce.demo.order.v1.PlaceOrderRequest;
import io.github.grpconce.demo.payment.Books;
import io.github.grpconce.demo.payment.v1.Account;
import io.github.grpconce.demo.payment.v1.Payment;
import io.github.grpconce.demo.runtime.AttemptJournal.Counts;
import io.github.grpconce.demo.shop.Purchase;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the services could have in their stores, for a test to put right or wrong. */
final class SomeStores {

  private static final String MERCHANT = "merchant";

  private final Map<String, Order> orders = new HashMap<>();
  private final List<Payment> payments = new ArrayList<>();
  private final Map<String, Long> balances = new HashMap<>();
  private int inProgress;

  static Purchase purchase(String reference, String customer, long cents, boolean affordable) {
    return new Purchase(
        PlaceOrderRequest.newBuilder()
            .setReference(reference)
            .setCustomerAccountId(customer)
            .addLines(OrderLine.newBuilder().setQuantity(1).setUnitPriceCents(cents))
            .build(),
        affordable);
  }

  void account(String accountId, long openingCents) {
    balances.put(accountId, 0L);
    pay(Payment.newBuilder().setKind(Payment.Kind.OPENING), "bank", accountId, openingCents);
  }

  /** Stores an order, in the place of what it was before. */
  void order(String orderId, Purchase purchase, Order.State state) {
    orders.put(
        orderId,
        Order.newBuilder()
            .setOrderId(orderId)
            .setReference(purchase.reference())
            .setCustomerAccountId(purchase.customer())
            .setTotalCents(purchase.totalCents())
            .setState(state)
            .setPaymentId(paymentId(orderId))
            .build());
  }

  void charge(String orderId, Purchase purchase) {
    pay(
        Payment.newBuilder()
            .setKind(Payment.Kind.CHARGE)
            .setPaymentId(paymentId(orderId))
            .setReference(orderId),
        purchase.customer(),
        MERCHANT,
        purchase.totalCents());
  }

  void buy(String orderId, Purchase purchase) {
    order(orderId, purchase, Order.State.CONFIRMED);
    charge(orderId, purchase);
  }

  void loseOrder(String orderId) {
    orders.remove(orderId);
  }

  /** As if it had never been. */
  void undoCharge(String orderId, Purchase purchase) {
    payments.removeIf(payment -> payment.getReference().equals(orderId));
    move(MERCHANT, purchase.customer(), purchase.totalCents());
  }

  /** Changes what an account holds, with no payment that explains it. */
  void add(String accountId, long cents) {
    balances.merge(accountId, cents, Long::sum);
  }

  void leaveInProgress(int executions) {
    inProgress = executions;
  }

  Evidence evidence(Counts placing, Counts charging) {
    List<Account> accounts =
        balances.entrySet().stream()
            .map(
                balance ->
                    Account.newBuilder()
                        .setAccountId(balance.getKey())
                        .setBalanceCents(balance.getValue())
                        .build())
            .toList();
    return new Evidence(
        new Books(accounts, payments), List.copyOf(orders.values()), inProgress, placing, charging);
  }

  private void pay(Payment.Builder payment, String from, String to, long cents) {
    payments.add(payment.setFromAccountId(from).setToAccountId(to).setAmountCents(cents).build());
    move(from, to, cents);
  }

  private void move(String from, String to, long cents) {
    add(from, -cents);
    add(to, cents);
  }

  private static String paymentId(String orderId) {
    return "payment-of-" + orderId;
  }
}
