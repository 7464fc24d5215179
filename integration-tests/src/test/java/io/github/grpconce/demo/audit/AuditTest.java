package io.github.grpconce.demo.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.grpconce.demo.order.v1.Order;
import io.github.grpconce.demo.runtime.AttemptJournal.Counts;
import io.github.grpconce.demo.shop.Answer;
import io.github.grpconce.demo.shop.Customer;
import io.github.grpconce.demo.shop.Purchase;
import io.github.grpconce.demo.shop.ShoppingList;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One customer with 1,000 cents, who buys tea for 100 and cake for 250; and a poor one. */
final class AuditTest {

  private static final Purchase TEA = SomeStores.purchase("tea", "ann", 100, true);
  private static final Purchase CAKE = SomeStores.purchase("cake", "ann", 250, true);
  private static final Purchase YACHT = SomeStores.purchase("yacht", "bob", 900, false);
  private static final ShoppingList LIST =
      new ShoppingList(
          List.of(new Customer("ann", 1_000), new Customer("bob", 0)), List.of(TEA, CAKE, YACHT));

  private final Map<String, Answer> answers = new HashMap<>();
  private final SomeStores stores = new SomeStores();

  @BeforeEach
  void everythingGoesWell() {
    stores.account("ann", 1_000);
    stores.account("bob", 0);
    stores.buy("order-1", TEA);
    stores.buy("order-2", CAKE);
    answers.put("tea", new Answer.Confirmed("order-1"));
    answers.put("cake", new Answer.Confirmed("order-2"));
    answers.put("yacht", new Answer.Declined("too expensive"));
  }

  @Test
  void everyPurchaseOnce_isFlawless() {
    Figures expected =
        new Figures(3, 2, 1, 0, 0, 12, 2, 0, 0, 0, 0, 0, 5, 0, List.of(), 7, Duration.ofSeconds(1));
    assertEquals(expected, figures());
  }

  @Test
  void secondChargeOfAnotherOrder_isChargedTwice() {
    stores.buy("order-3", TEA);
    assertEquals(3, figures().charges());
    assertEquals(1, figures().ordersChargedTwice());
    assertEquals(100, figures().moneyMissingCents());
  }

  @Test
  void secondChargeWithoutAnOrder_isChargedTwiceAllTheSame() {
    stores.charge("order-that-was-never-stored", CAKE);
    assertEquals(1, figures().ordersChargedTwice());
    assertEquals(250, figures().moneyMissingCents());
    assertEquals(0, figures().ordersLost());
  }

  @Test
  void thirdCharge_doesNotCountTheOrderAgain() {
    stores.charge("order-3", TEA);
    stores.charge("order-4", TEA);
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
    stores.loseOrder("order-1");
    assertEquals(1, figures().ordersLost());
  }

  @Test
  void confirmedOrderThatIsStillPending_isLost() {
    stores.order("order-1", TEA, Order.State.PENDING);
    assertEquals(1, figures().ordersLost());
  }

  @Test
  void confirmedOrderThatIsSomebodyElses_isLost() {
    answers.put("tea", new Answer.Confirmed("order-2"));
    assertEquals(1, figures().ordersLost());
  }

  @Test
  void confirmedOrderThatWasNotCharged_isLost() {
    stores.undoCharge("order-1", TEA);
    assertEquals(1, figures().ordersLost());
    assertEquals(100, figures().moneyMissingCents());
    assertEquals(0, figures().unbalancedCents());
  }

  @Test
  void moneyOutOfNowhere_isUnbalanced() {
    stores.add("merchant", 30);
    // Once in the sum of all accounts, and once in the merchant's.
    assertEquals(60, figures().unbalancedCents());
    assertEquals(0, figures().moneyMissingCents());
  }

  @Test
  void whatTheStoresHoldWrongly_isListed() {
    stores.order("order-4", TEA, Order.State.CANCELLED);
    assertEquals(
        List.of(Breach.Kind.ORDERED_TWICE),
        figures().breaches().stream().map(Breach::kind).toList());
  }

  @Test
  void executionsInProgress_areCounted() {
    stores.leaveInProgress(2);
    assertEquals(2, figures().inProgress());
  }

  private Figures figures() {
    Evidence evidence = stores.evidence(new Counts(8, 3), new Counts(4, 2));
    return new Audit(LIST, answers, evidence).figures(7, Duration.ofSeconds(1));
  }
}
