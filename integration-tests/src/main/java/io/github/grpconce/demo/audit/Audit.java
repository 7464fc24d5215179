package io.github.grpconce.demo.audit;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;

import io.github.grpconce.demo.order.v1.Order;
import io.github.grpconce.demo.payment.v1.Account;
import io.github.grpconce.demo.payment.v1.Payment;
import io.github.grpconce.demo.shop.Answer;
import io.github.grpconce.demo.shop.Customer;
import io.github.grpconce.demo.shop.Purchase;
import io.github.grpconce.demo.shop.ShoppingList;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Compares what the shopper was told with what is in the stores.
 *
 * <p>A charge belongs to the purchase of that customer at that price, which is unique. Its order's
 * ID would not do: a handler that dies after the charge leaves no order behind, and just those
 * charges are of interest.
 */
public final class Audit {

  private final ShoppingList list;
  private final Map<String, Answer> answers;
  private final Evidence evidence;
  private final List<Payment> charges;
  private final Map<Price, Long> chargesByPrice;

  /**
   * Prepares an audit.
   *
   * @param list what was to be bought
   * @param answers what the shopper was told, by reference
   */
  public Audit(ShoppingList list, Map<String, Answer> answers, Evidence evidence) {
    this.list = list;
    this.answers = Map.copyOf(answers);
    this.evidence = evidence;
    this.charges =
        evidence.books().payments().stream()
            .filter(payment -> payment.getKind() == Payment.Kind.CHARGE)
            .toList();
    this.chargesByPrice = charges.stream().collect(groupingBy(Price::of, counting()));
  }

  /** Returns the findings, with what the harness knows. */
  public Figures figures(int kills, Duration time) {
    return new Figures(
        list.purchases().size(),
        count(this::confirmed),
        count(purchase -> answer(purchase) instanceof Answer.Declined),
        count(purchase -> answer(purchase) instanceof Answer.Unanswered),
        count(this::answeredWrongly),
        evidence.attempts(),
        charges.size(),
        count(purchase -> charges(purchase) > 1),
        count(purchase -> charges(purchase) > 0 && !confirmed(purchase)),
        ordersLost(),
        moneyMissingCents(),
        unbalancedCents(),
        evidence.replays(),
        evidence.inProgress(),
        Reconciliation.breaches(list.purchases(), answers, evidence),
        kills,
        time);
  }

  private int count(Predicate<Purchase> predicate) {
    return (int) list.purchases().stream().filter(predicate).count();
  }

  private Answer answer(Purchase purchase) {
    return Objects.requireNonNull(answers.get(purchase.reference()), purchase::reference);
  }

  private boolean confirmed(Purchase purchase) {
    return answer(purchase) instanceof Answer.Confirmed;
  }

  private boolean answeredWrongly(Purchase purchase) {
    return purchase.affordable()
        ? answer(purchase) instanceof Answer.Declined
        : answer(purchase) instanceof Answer.Confirmed;
  }

  private long charges(Purchase purchase) {
    return chargesByPrice.getOrDefault(Price.of(purchase), 0L);
  }

  private int ordersLost() {
    Set<String> charged = charges.stream().map(Payment::getReference).collect(toSet());
    Map<String, Order> confirmed =
        evidence.orders().stream()
            .filter(order -> order.getState() == Order.State.CONFIRMED)
            .filter(order -> charged.contains(order.getOrderId()))
            .collect(toMap(Order::getOrderId, order -> order));
    return count(
        purchase ->
            answer(purchase) instanceof Answer.Confirmed answer
                && !isFor(purchase, confirmed.get(answer.orderId())));
  }

  private static boolean isFor(Purchase purchase, @Nullable Order order) {
    return order != null
        && order.getReference().equals(purchase.reference())
        && order.getTotalCents() == purchase.totalCents();
  }

  private long moneyMissingCents() {
    Map<String, Long> spent =
        list.purchases().stream()
            .filter(this::confirmed)
            .collect(toMap(Purchase::customer, Purchase::totalCents, Math::addExact));
    Map<String, Long> balances =
        evidence.books().accounts().stream()
            .collect(toMap(Account::getAccountId, Account::getBalanceCents));
    return list.customers().stream()
        .mapToLong(customer -> missing(customer, spent, balances))
        .sum();
  }

  private static long missing(
      Customer customer, Map<String, Long> spent, Map<String, Long> balances) {
    String account = customer.accountId();
    long due = customer.openingBalanceCents() - spent.getOrDefault(account, 0L);
    return Math.absExact(due - balances.getOrDefault(account, 0L));
  }

  private long unbalancedCents() {
    return Math.absExact(evidence.books().sumOfBalancesCents())
        + evidence.books().unexplainedCents();
  }
}
