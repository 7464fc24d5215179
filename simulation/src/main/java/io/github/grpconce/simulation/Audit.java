package io.github.grpconce.simulation;

import com.apple.foundationdb.ReadTransaction;
import io.github.grpconce.simulation.Testimony.Case;
import io.github.grpconce.simulation.Testimony.Verdict;
import io.github.grpconce.simulation.v1.Transfer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Compares the books with what anybody was told, after a run. */
final class Audit {

  private final Map<Ledger.Entry, Long> effects;
  private final Map<Ledger.Entry, String> numbers;
  private final Map<String, Long> balances;
  private final List<String> findings = new ArrayList<>();

  Audit(Ledger ledger, ReadTransaction tr) {
    this.effects = ledger.effects(tr);
    this.numbers = ledger.numbers(tr);
    this.balances = ledger.balances(tr);
  }

  /**
   * Returns what is wrong.
   *
   * @param recovered whether everything that was begun must have been ended by now
   */
  List<String> findings(Testimony testimony, List<Shopper> shoppers, boolean recovered) {
    findings.addAll(testimony.contradictions());
    nothingTookEffectTwice();
    testimony.verdicts().forEach(this::verdictIsTrue);
    oneContentOfEachRequestId(testimony);
    ordersAreCharged();
    if (recovered) {
      nothingIsHalfDone();
    }
    moneyIsConserved(shoppers);
    shoppers.stream()
        .filter(shopper -> !shopper.isDone())
        .forEach(shopper -> findings.add("never answered: " + shopper.purchase()));
    return findings;
  }

  private long effects(String method, String reference) {
    return effects.getOrDefault(new Ledger.Entry(method, reference), 0L);
  }

  private void nothingTookEffectTwice() {
    effects.forEach(
        (entry, count) -> {
          if (count != 1) {
            findings.add(entry + " took effect " + count + " times");
          }
        });
  }

  private void verdictIsTrue(Case asked, Verdict verdict) {
    Ledger.Entry entry = new Ledger.Entry(asked.method(), asked.transfer().getReference());
    if (!verdict.isOk() && effects.containsKey(entry)) {
      findings.add("failed, and took effect: " + asked);
    } else if (verdict.receipt() != null
        && !verdict.receipt().getNumber().equals(numbers.get(entry))) {
      findings.add(
          asked + " was answered " + verdict + ", but the books have " + numbers.get(entry));
    }
  }

  /** Of all that came under one request ID, one content may have had an effect. */
  private void oneContentOfEachRequestId(Testimony testimony) {
    Map<String, String> done = new HashMap<>();
    for (Map.Entry<Case, Verdict> one : testimony.verdicts().entrySet()) {
      Case asked = one.getKey();
      String operation = asked.method() + " " + asked.requestId();
      String reference = asked.transfer().getReference();
      String first = done.putIfAbsent(operation, reference);
      if (first != null && !first.equals(reference)) {
        findings.add(first + " and " + reference + " were both answered under " + operation);
      }
    }
  }

  private void ordersAreCharged() {
    for (Ledger.Entry entry : effects.keySet()) {
      long charges = effects(Purchase.CHARGE.getBareMethodName(), entry.reference());
      boolean wrong =
          switch (entry.method()) {
            case "PlaceOrder", ShopService.CONFIRMED -> charges != 1;
            case ShopService.CANCELLED -> charges != 0;
            default -> false;
          };
      if (wrong) {
        findings.add("charged " + charges + " times: " + entry);
      }
    }
  }

  private void nothingIsHalfDone() {
    for (Ledger.Entry entry : effects.keySet()) {
      long ends =
          effects(ShopService.CONFIRMED, entry.reference())
              + effects(ShopService.CANCELLED, entry.reference());
      if (entry.method().equals(ShopService.CREATED) && ends != 1) {
        findings.add("ended " + ends + " times: " + entry);
      }
    }
  }

  private void moneyIsConserved(List<Shopper> shoppers) {
    Map<String, Long> expected = new HashMap<>();
    ShoppingList.ACCOUNTS.forEach(account -> expected.put(account, ShoppingList.OPENING_CENTS));
    for (Shopper shopper : shoppers) {
      Transfer transfer = shopper.purchase().transfer();
      long times =
          effects(Purchase.CHARGE.getBareMethodName(), transfer.getReference())
              + effects(Purchase.DEPOSIT.getBareMethodName(), transfer.getReference());
      expected.merge(transfer.getFrom(), -times * transfer.getCents(), Long::sum);
      expected.merge(transfer.getTo(), times * transfer.getCents(), Long::sum);
    }
    if (!expected.equals(balances)) {
      findings.add("the balances are " + balances + ", and should be " + expected);
    }
  }
}
