package io.github.grpconce.simulation.audit;

import static java.util.Collections.disjoint;

import io.github.grpconce.ErrorReason;
import io.github.grpconce.simulation.audit.Testimony.Case;
import io.github.grpconce.simulation.audit.Testimony.Verdict;
import io.github.grpconce.simulation.deployment.Retention;
import io.github.grpconce.simulation.shop.Books;
import io.github.grpconce.simulation.shop.Checkout;
import io.github.grpconce.simulation.shop.Purchase;
import io.github.grpconce.simulation.shop.Shopper;
import io.github.grpconce.simulation.shop.ShoppingList;
import io.github.grpconce.simulation.v1.Transfer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Compares the books with what anybody was told, after a run.
 *
 * <p>Where records are swept, an opaque request ID is new again after its retention: such an
 * operation may take effect once more then, and not before.
 */
public final class Audit {

  private static final List<String> CONFIRMED =
      List.of(
          Purchase.CHECKOUT.getBareMethodName(),
          Purchase.QUICK_CHECKOUT.getBareMethodName(),
          Purchase.FOLLOWED_CHECKOUT.getBareMethodName());

  /** What a callee says of an ID whose time it doesn't accept. */
  private static final Set<ErrorReason> OF_TIME =
      Set.of(ErrorReason.REQUEST_ID_INVALID, ErrorReason.REQUEST_ID_EXPIRED);

  private final Books books;
  private final Testimony testimony;
  private final List<Shopper> shoppers;
  private final Map<String, Purchase> purchases;
  private final Optional<Retention> retention;
  private final List<Finding> findings = new ArrayList<>();

  public Audit(
      Books books, Testimony testimony, List<Shopper> shoppers, Optional<Retention> retention) {
    this.books = books;
    this.testimony = testimony;
    this.shoppers = shoppers;
    this.purchases =
        shoppers.stream()
            .map(Shopper::purchase)
            .collect(Collectors.toMap(Purchase::reference, Function.identity()));
    this.retention = retention;
  }

  /** Returns what is wrong. */
  public List<Finding> findings() {
    books.effects().forEach(this::tookEffectOnce);
    testimony.verdicts().forEach(this::answersAreEqual);
    testimony.verdicts().forEach(this::answersAreTrue);
    oneContentForEachId();
    moneyIsConserved();
    books.effects().keySet().forEach(this::orderIsCharged);
    books.effects().forEach(this::orderIsEnded);
    shoppers.stream()
        .filter(shopper -> !shopper.isDone())
        .filter(shopper -> !isOfAWrongTime(shopper.purchase().reference()))
        .filter(shopper -> !isPastRetention(shopper.purchase().reference()))
        .forEach(shopper -> find(Check.EVERYBODY_IS_ANSWERED, shopper.purchase()));
    testimony.leftWaiting().forEach(asked -> find(Check.NOBODY_IS_LEFT_WAITING, asked));
    testimony.refusals().forEach(this::refusalsHaveAReason);
    testimony.wronglyRecorded().forEach(asked -> find(Check.RECORDED_FAILURES_ARE_FINAL, asked));
    return findings;
  }

  private Purchase purchase(String reference) {
    Purchase purchase = purchases.get(reference);
    if (purchase == null) {
      throw new IllegalStateException("nobody has wanted this: " + reference);
    }
    return purchase;
  }

  private void find(Check check, Object what) {
    findings.add(new Finding(check, what.toString()));
  }

  /** Whether the servers may have forgotten an operation, so that its ID is new again. */
  private boolean isForgettable(String reference) {
    return retention.isPresent()
        && purchase(reference).requestId().map(id -> Retention.forgets(id.value())).orElse(false);
  }

  /**
   * Whether an order with an opaque ID was claimed by a server whose clock was wrong by more than
   * servers allow: its charge bears that time, and is refused for as long as that is in the future,
   * or for ever.
   */
  private boolean isOfAWrongTime(String reference) {
    boolean opaque =
        purchase(reference).requestId().map(id -> Retention.forgets(id.value())).orElse(false);
    return opaque
        && testimony.refusals().entrySet().stream()
            .filter(refused -> refused.getKey().reference().equals(reference))
            .filter(refused -> !Retention.forgets(refused.getKey().requestId()))
            .anyMatch(refused -> !disjoint(refused.getValue(), OF_TIME));
  }

  /**
   * Whether something of an order was refused because its ID had expired. An order in progress
   * counts for longer than that; but if its charge is refused so, only an operator can end it.
   */
  private boolean isPastRetention(String reference) {
    return retention.isPresent()
        && testimony.refusals().entrySet().stream()
            .filter(refused -> refused.getKey().reference().equals(reference))
            .anyMatch(refused -> refused.getValue().contains(ErrorReason.REQUEST_ID_EXPIRED));
  }

  private void tookEffectOnce(Books.Entry entry, long count) {
    boolean wrong =
        isForgettable(entry.reference())
            ? !areApart(books.timesOf(entry), retention.orElseThrow().shortest())
            : count != 1;
    if (wrong) {
      find(Check.ONCE_AT_MOST, entry + " took effect " + count + " times");
    }
  }

  private static boolean areApart(List<Duration> times, Duration distance) {
    for (int i = 1; i < times.size(); i++) {
      if (times.get(i).minus(times.get(i - 1)).compareTo(distance) < 0) {
        return false;
      }
    }
    return true;
  }

  private void answersAreEqual(Case asked, Set<Verdict> verdicts) {
    if (verdicts.size() > 1 && !isForgettable(asked.reference())) {
      find(Check.ANSWERS_ARE_EQUAL, asked + ": " + verdicts);
    }
  }

  private void answersAreTrue(Case asked, Set<Verdict> verdicts) {
    boolean tookEffect = books.effects().containsKey(asked.entry());
    for (Verdict verdict : verdicts) {
      boolean isTrue =
          verdict.isOk()
              ? tookEffect && hasLastOf(asked, verdict.receipts())
              : !tookEffect || isForgettable(asked.reference());
      if (!isTrue) {
        find(
            Check.ANSWERS_ARE_TRUE,
            asked + " was answered " + verdict + ", but the books have " + ofBooks(asked));
      }
    }
  }

  /** The other receipts are for earlier steps. */
  private boolean hasLastOf(Case asked, List<String> receipts) {
    return !receipts.isEmpty()
        && books.has(asked.entry(), receipts.subList(receipts.size() - 1, receipts.size()));
  }

  private Object ofBooks(Case asked) {
    return books.receipts().getOrDefault(asked.entry(), Map.of());
  }

  private void oneContentForEachId() {
    Map<String, Case> answered = new LinkedHashMap<>();
    for (Case asked : testimony.verdicts().keySet()) {
      Case first = answered.putIfAbsent(asked.operation(), asked);
      if (first != null && !isForgettable(asked.reference())) {
        find(Check.ONE_CONTENT_FOR_EACH_ID, first + " and " + asked.reference());
      }
    }
  }

  private void moneyIsConserved() {
    Map<String, Long> expected = new HashMap<>();
    ShoppingList.ACCOUNTS.forEach(account -> expected.put(account, ShoppingList.OPENING_CENTS));
    for (Purchase purchase : purchases.values()) {
      long times = movesOf(purchase.reference());
      for (Transfer transfer : purchase.transfers()) {
        expected.merge(transfer.getFrom(), -times * transfer.getCents(), Long::sum);
        expected.merge(transfer.getTo(), times * transfer.getCents(), Long::sum);
      }
    }
    if (!expected.equals(books.balances())) {
      find(
          Check.MONEY_IS_CONSERVED,
          "the balances are " + books.balances() + ", and should be " + expected);
    }
  }

  private long movesOf(String reference) {
    return List.of(Purchase.CHARGE, Purchase.PAY, Purchase.DEPOSIT, Purchase.DEPOSIT_ALL).stream()
        .mapToLong(method -> books.effectsOf(method.getBareMethodName(), reference))
        .sum();
  }

  private void orderIsCharged(Books.Entry entry) {
    boolean ordered =
        entry.name().equals(Purchase.ORDER.getBareMethodName()) || CONFIRMED.contains(entry.name());
    boolean cancelled = entry.name().equals(Checkout.CANCELLED);
    long charges = books.effectsOf(Purchase.CHARGE.getBareMethodName(), entry.reference());
    boolean wrong = (ordered && charges != 1) || (cancelled && charges != 0);
    if (wrong && !chargeMayBeForgotten(entry.reference())) {
      find(Check.ORDERS_ARE_CHARGED, "charged " + charges + " times: " + entry);
    }
  }

  /** An order that takes longer than the charge is remembered is charged again. */
  private boolean chargeMayBeForgotten(String reference) {
    return isForgettable(reference)
        && books.spanOf(reference).compareTo(retention.orElseThrow().shortest()) >= 0;
  }

  /**
   * Where IDs expire, an order can't be ended any more when that of its charge has: it is refused,
   * also if the order's own ID is opaque, because its calls bear a time.
   */
  private void orderIsEnded(Books.Entry entry, long begun) {
    String reference = entry.reference();
    if (!entry.name().equals(Checkout.CREATED)
        || retention.isPresent()
        || isOfAWrongTime(reference)) {
      return;
    }
    long ends = books.effectsOf(Checkout.CANCELLED, reference);
    for (String confirmed : CONFIRMED) {
      ends += books.effectsOf(confirmed, reference);
    }
    if (ends != begun) {
      find(Check.NOTHING_IS_HALF_DONE, "ended " + ends + " times: " + entry);
    }
  }

  private void refusalsHaveAReason(Case asked, Set<ErrorReason> reasons) {
    for (ErrorReason reason : reasons) {
      boolean right =
          switch (reason) {
            case REQUEST_ID_REUSED -> isReused(asked);
            case REQUEST_ID_EXPIRED ->
                retention.isPresent() && !Retention.forgets(asked.requestId());
            // Clocks are wrong by more than servers allow.
            case REQUEST_ID_INVALID -> !Retention.forgets(asked.requestId());
            case IN_PROGRESS, STORE_UNAVAILABLE, TRANSACTION_TOO_OLD -> true;
            default -> false;
          };
      if (!right) {
        find(Check.REFUSALS_HAVE_A_REASON, asked + ": " + reason);
      }
    }
  }

  /** A handler's own calls never have a used ID, unless one was forgotten before the other. */
  private boolean isReused(Case asked) {
    Purchase purchase = purchase(asked.reference());
    boolean byShopper = asked.caller().equals(purchase.caller());
    return byShopper ? isReused(purchase) : isForgettable(asked.reference());
  }

  private boolean isReused(Purchase purchase) {
    return purchases.values().stream().anyMatch(purchase::sharesOperationWith);
  }
}
