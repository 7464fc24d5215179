package io.github.grpconce.demo.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.grpconce.demo.order.v1.Order;
import io.github.grpconce.demo.order.v1.OrderLine;
import io.github.grpconce.demo.order.v1.PlaceOrderRequest;
import io.github.grpconce.demo.payment.Books;
import io.github.grpconce.demo.payment.v1.Account;
import io.github.grpconce.demo.payment.v1.Payment;
import io.github.grpconce.demo.runtime.AttemptJournal.Counts;
import io.github.grpconce.demo.shop.Answer;
import io.github.grpconce.demo.shop.Customer;
import io.github.grpconce.demo.shop.Purchase;
import io.github.grpconce.demo.shop.ShoppingList;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One customer with 1,000 cents, who buys tea for 100 and cake for 250; and a poor one. */
final class AuditTest {

  private static final Purchase TEA = purchase("tea", "ann", 100, true);
  private static final Purchase CAKE = purchase("cake", "ann", 250, true);
  private static final Purchase YACHT = purchase("yacht", "bob", 900, false);
  private static final ShoppingList LIST =
      new ShoppingList(
          List.of(new Customer("ann", 1_000), new Customer("bob", 0)), List.of(TEA, CAKE, YACHT));

  private final Map<String, Answer> answers = new HashMap<>();
  private final List<Payment> payments = new ArrayList<>();
  private final Map<String, Order> orders = new HashMap<>();
  private final Map<String, Long> balances = new HashMap<>();

  @BeforeEach
  void everythingGoesWell() {
    balances.put("bob", 0L);
    pay(Payment.Kind.OPENING, "bank", "ann", 1_000, "");
    order("order-1", TEA);
    charge("order-1", TEA);
    order("order-2", CAKE);
    charge("order-2", CAKE);
    answers.put("tea", new Answer.Confirmed("order-1"));
    answers.put("cake", new Answer.Confirmed("order-2"));
    answers.put("yacht", new Answer.Declined("too expensive"));
  }

  @Test
  void everyPurchaseOnce_isFlawless() {
    Figures expected =
        new Figures(3, 2, 1, 0, 0, 12, 2, 0, 0, 0, 0, 0, 5, 7, Duration.ofSeconds(1));
    assertEquals(expected, figures());
  }

  @Test
  void secondChargeOfAnotherOrder_isChargedTwice() {
    order("order-3", TEA);
    charge("order-3", TEA);
    assertEquals(3, figures().charges());
    assertEquals(1, figures().ordersChargedTwice());
    assertEquals(100, figures().moneyMissingCents());
  }

  @Test
  void secondChargeWithoutAnOrder_isChargedTwiceAllTheSame() {
    charge("order-that-was-never-stored", CAKE);
    assertEquals(1, figures().ordersChargedTwice());
    assertEquals(250, figures().moneyMissingCents());
    assertEquals(0, figures().ordersLost());
  }

  @Test
  void thirdCharge_doesNotCountTheOrderAgain() {
    charge("order-3", TEA);
    charge("order-4", TEA);
    assertEquals(1, figures().ordersChargedTwice());
    assertEquals(200, figures().moneyMissingCents());
  }

  @Test
  void chargeWithoutAnAnswer_isChargedNotConfirmed() {
    answers.put("tea", new Answer.Unanswered("UNAVAILABLE"));
    assertEquals(1, figures().ordersChargedNotConfirmed());
    assertEquals(1, figures().unanswered());
    assertEquals(1, figures().confirmed());
    assertEquals(100, figures().moneyMissingCents());
  }

  @Test
  void declineThoughThereIsMoney_isAnsweredWrongly() {
    answers.put("tea", new Answer.Declined("no"));
    assertEquals(1, figures().answeredWrongly());
    assertEquals(1, figures().ordersChargedNotConfirmed());
  }

  @Test
  void confirmationWithoutMoney_isAnsweredWrongly() {
    answers.put("yacht", new Answer.Confirmed("order-9"));
    assertEquals(1, figures().answeredWrongly());
    assertEquals(1, figures().ordersLost());
    assertEquals(900, figures().moneyMissingCents());
  }

  @Test
  void confirmedOrderThatIsNotStored_isLost() {
    orders.remove("order-1");
    assertEquals(1, figures().ordersLost());
  }

  @Test
  void confirmedOrderThatIsStillPending_isLost() {
    orders.computeIfPresent(
        "order-1", (id, order) -> order.toBuilder().setState(Order.State.PENDING).build());
    assertEquals(1, figures().ordersLost());
  }

  @Test
  void confirmedOrderThatIsSomebodyElses_isLost() {
    answers.put("tea", new Answer.Confirmed("order-2"));
    assertEquals(1, figures().ordersLost());
  }

  @Test
  void confirmedOrderThatWasNotCharged_isLost() {
    payments.removeIf(payment -> payment.getReference().equals("order-1"));
    balances.merge("ann", 100L, Long::sum);
    balances.merge("merchant", -100L, Long::sum);
    assertEquals(1, figures().ordersLost());
    assertEquals(100, figures().moneyMissingCents());
    assertEquals(0, figures().unbalancedCents());
  }

  @Test
  void moneyOutOfNowhere_isUnbalanced() {
    balances.merge("merchant", 30L, Long::sum);
    // Once in the sum of all accounts, and once in the merchant's.
    assertEquals(60, figures().unbalancedCents());
    assertEquals(0, figures().moneyMissingCents());
  }

  private Figures figures() {
    List<Account> accounts =
        balances.entrySet().stream()
            .map(
                balance ->
                    Account.newBuilder()
                        .setAccountId(balance.getKey())
                        .setBalanceCents(balance.getValue())
                        .build())
            .toList();
    Evidence evidence =
        new Evidence(
            new Books(accounts, payments),
            List.copyOf(orders.values()),
            new Counts(8, 3),
            new Counts(4, 2));
    return new Audit(LIST, answers, evidence).figures(7, Duration.ofSeconds(1));
  }

  private void order(String orderId, Purchase purchase) {
    Order order =
        Order.newBuilder()
            .setOrderId(orderId)
            .setReference(purchase.reference())
            .setTotalCents(purchase.totalCents())
            .setState(Order.State.CONFIRMED)
            .build();
    orders.put(orderId, order);
  }

  private void charge(String orderId, Purchase purchase) {
    pay(Payment.Kind.CHARGE, purchase.customer(), "merchant", purchase.totalCents(), orderId);
  }

  private void pay(Payment.Kind kind, String from, String to, long cents, String reference) {
    payments.add(
        Payment.newBuilder()
            .setKind(kind)
            .setFromAccountId(from)
            .setToAccountId(to)
            .setAmountCents(cents)
            .setReference(reference)
            .build());
    balances.merge(from, -cents, Long::sum);
    balances.merge(to, cents, Long::sum);
  }

  private static Purchase purchase(
      String reference, String customer, long cents, boolean affordable) {
    return new Purchase(
        PlaceOrderRequest.newBuilder()
            .setReference(reference)
            .setCustomerAccountId(customer)
            .addLines(OrderLine.newBuilder().setQuantity(1).setUnitPriceCents(cents))
            .build(),
        affordable);
  }
}
