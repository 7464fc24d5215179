package io.github.grpconce.demo.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.grpconce.demo.audit.Breach.Kind;
import io.github.grpconce.demo.order.v1.Order;
import io.github.grpconce.demo.order.v1.Order.State;
import io.github.grpconce.demo.order.v1.OrderLine;
import io.github.grpconce.demo.order.v1.PlaceOrderRequest;
import io.github.grpconce.demo.payment.Books;
import io.github.grpconce.demo.payment.v1.Account;
import io.github.grpconce.demo.payment.v1.Payment;
import io.github.grpconce.demo.runtime.AttemptJournal.Counts;
import io.github.grpconce.demo.shop.Answer;
import io.github.grpconce.demo.shop.Purchase;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Ann buys tea for 100 and leaves while she buys cake for 250; Bob can't afford a yacht. */
final class ReconciliationTest {

  private static final Purchase TEA = purchase("tea", "ann", 100, true);
  private static final Purchase CAKE = purchase("cake", "ann", 250, true);
  private static final Purchase YACHT = purchase("yacht", "bob", 900, false);

  private final Map<String, Answer> answers = new HashMap<>();
  private final List<Payment> payments = new ArrayList<>();
  private final Map<String, Order> orders = new HashMap<>();
  private final Map<String, Long> balances = new HashMap<>();

  @BeforeEach
  void everythingGoesWell() {
    order("order-1", TEA, State.CONFIRMED);
    charge("order-1", TEA);
    order("order-2", CAKE, State.CONFIRMED);
    charge("order-2", CAKE);
    order("order-3", YACHT, State.CANCELLED);
    answers.put("tea", new Answer.Confirmed("order-1"));
    answers.put("cake", new Answer.Unanswered("left"));
    answers.put("yacht", new Answer.Declined("too expensive"));
  }

  @Test
  void everythingOnceOrNotAtAll_isRight() {
    assertBreaches();
  }

  @Test
  void purchaseThatNobodyGotRoundTo_isRight() {
    answers.remove("cake");
    orders.remove("order-2");
    payments.removeIf(payment -> payment.getReference().equals("order-2"));
    balances.merge("ann", 250L, Long::sum);
    balances.merge("merchant", -250L, Long::sum);
    assertBreaches();
  }

  @Test
  void orderThatIsNeitherConfirmedNorCancelled_isHalfDone() {
    order("order-3", YACHT, State.PENDING);
    assertBreaches(Kind.HALF_DONE);
  }

  @Test
  void chargeForAPendingOrder_isForNothing() {
    order("order-2", CAKE, State.PENDING);
    assertBreaches(Kind.HALF_DONE, Kind.CHARGED_FOR_NOTHING);
  }

  @Test
  void chargeForACancelledOrder_isForNothing() {
    charge("order-3", YACHT);
    assertBreaches(Kind.CHARGED_FOR_NOTHING);
  }

  @Test
  void chargeForNoOrder_isForNothing() {
    orders.remove("order-2");
    assertBreaches(Kind.CHARGED_FOR_NOTHING);
  }

  @Test
  void twoChargesForOneOrder_areOneTooMany() {
    charge("order-1", TEA);
    assertBreaches(Kind.CHARGED_TWICE, Kind.WRONGLY_PAID);
  }

  @Test
  void twoOrdersForOnePurchase_areOneTooMany() {
    order("order-4", TEA, State.CONFIRMED);
    charge("order-4", TEA);
    assertBreaches(Kind.CHARGED_TWICE, Kind.ORDERED_TWICE);
  }

  @Test
  void confirmedOrderWithoutACharge_isWronglyPaid() {
    order("order-3", YACHT, State.CONFIRMED);
    assertBreaches(Kind.WRONGLY_PAID, Kind.WRONG_ANSWER);
  }

  @Test
  void confirmedOrderThatSomebodyElsePaid_isWronglyPaid() {
    orders.computeIfPresent(
        "order-2", (id, order) -> order.toBuilder().setCustomerAccountId("bob").build());
    assertBreaches(Kind.WRONGLY_PAID);
  }

  @Test
  void confirmationOfAnotherOrder_isAWrongAnswer() {
    answers.put("tea", new Answer.Confirmed("order-2"));
    assertBreaches(Kind.WRONG_ANSWER);
  }

  @Test
  void confirmationOfNoOrder_isAWrongAnswer() {
    answers.put("cake", new Answer.Confirmed("order-9"));
    assertBreaches(Kind.WRONG_ANSWER);
  }

  @Test
  void declineOfWhatCouldBePaid_isAWrongAnswer() {
    answers.put("tea", new Answer.Declined("no"));
    assertBreaches(Kind.WRONG_ANSWER);
  }

  @Test
  void moneyOutOfNowhere_isNoticed() {
    balances.merge("merchant", 1L, Long::sum);
    assertBreaches(Kind.MONEY);
  }

  @Test
  void moneyThatMovedWithoutAPayment_isNoticed() {
    balances.merge("merchant", 1L, Long::sum);
    balances.merge("ann", -1L, Long::sum);
    assertBreaches(Kind.MONEY);
  }

  private void assertBreaches(Kind... kinds) {
    Set<Kind> expected = EnumSet.noneOf(Kind.class);
    expected.addAll(List.of(kinds));
    List<Breach> found = Reconciliation.breaches(List.of(TEA, CAKE, YACHT), answers, evidence());
    assertEquals(
        expected, found.stream().map(Breach::kind).collect(Collectors.toSet()), found::toString);
  }

  private Evidence evidence() {
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
        new Books(accounts, payments),
        List.copyOf(orders.values()),
        new Counts(0, 0),
        new Counts(0, 0));
  }

  private void order(String orderId, Purchase purchase, State state) {
    orders.put(
        orderId,
        Order.newBuilder()
            .setOrderId(orderId)
            .setReference(purchase.reference())
            .setCustomerAccountId(purchase.customer())
            .setTotalCents(purchase.totalCents())
            .setState(state)
            .setPaymentId("payment-of-" + orderId)
            .build());
  }

  private void charge(String orderId, Purchase purchase) {
    payments.add(
        Payment.newBuilder()
            .setPaymentId("payment-of-" + orderId)
            .setKind(Payment.Kind.CHARGE)
            .setFromAccountId(purchase.customer())
            .setToAccountId("merchant")
            .setAmountCents(purchase.totalCents())
            .setReference(orderId)
            .build());
    balances.merge(purchase.customer(), -purchase.totalCents(), Long::sum);
    balances.merge("merchant", purchase.totalCents(), Long::sum);
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
