package io.github.grpconce.demo.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.grpconce.demo.audit.Breach.Kind;
import io.github.grpconce.demo.order.v1.Order.State;
import io.github.grpconce.demo.runtime.AttemptJournal.Counts;
import io.github.grpconce.demo.shop.Answer;
import io.github.grpconce.demo.shop.Purchase;
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

  private static final Purchase TEA = SomeStores.purchase("tea", "ann", 100, true);
  private static final Purchase CAKE = SomeStores.purchase("cake", "ann", 250, true);
  private static final Purchase YACHT = SomeStores.purchase("yacht", "bob", 900, false);

  private static final Counts NOT_COUNTED = new Counts(0, 0);

  private final Map<String, Answer> answers = new HashMap<>();
  private final SomeStores stores = new SomeStores();

  @BeforeEach
  void everythingGoesWell() {
    stores.account("ann", 1_000);
    stores.account("bob", 0);
    stores.buy("order-1", TEA);
    stores.buy("order-2", CAKE);
    stores.order("order-3", YACHT, State.CANCELLED);
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
    stores.loseOrder("order-2");
    stores.undoCharge("order-2", CAKE);
    assertBreaches();
  }

  @Test
  void orderThatIsNeitherConfirmedNorCancelled_isHalfDone() {
    stores.order("order-3", YACHT, State.PENDING);
    assertBreaches(Kind.HALF_DONE);
  }

  @Test
  void chargeForAPendingOrder_isForNothing() {
    stores.order("order-2", CAKE, State.PENDING);
    assertBreaches(Kind.HALF_DONE, Kind.CHARGED_FOR_NOTHING);
  }

  @Test
  void chargeForACancelledOrder_isForNothing() {
    stores.charge("order-3", YACHT);
    assertBreaches(Kind.CHARGED_FOR_NOTHING);
  }

  @Test
  void chargeForNoOrder_isForNothing() {
    stores.loseOrder("order-2");
    assertBreaches(Kind.CHARGED_FOR_NOTHING);
  }

  @Test
  void twoChargesForOneOrder_areOneTooMany() {
    stores.charge("order-1", TEA);
    assertBreaches(Kind.CHARGED_TWICE, Kind.WRONGLY_PAID);
  }

  @Test
  void twoOrdersForOnePurchase_areOneTooMany() {
    stores.buy("order-4", TEA);
    assertBreaches(Kind.CHARGED_TWICE, Kind.ORDERED_TWICE);
  }

  @Test
  void confirmedOrderWithoutACharge_isWronglyPaid() {
    stores.order("order-3", YACHT, State.CONFIRMED);
    assertBreaches(Kind.WRONGLY_PAID, Kind.WRONG_ANSWER);
  }

  @Test
  void confirmedOrderThatSomebodyElsePaid_isWronglyPaid() {
    stores.order("order-2", SomeStores.purchase("cake", "bob", 250, true), State.CONFIRMED);
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
    stores.add("merchant", 1);
    assertBreaches(Kind.MONEY);
  }

  @Test
  void moneyThatMovedWithoutAPayment_isNoticed() {
    stores.add("merchant", 1);
    stores.add("ann", -1);
    assertBreaches(Kind.MONEY);
  }

  private void assertBreaches(Kind... kinds) {
    Set<Kind> expected = EnumSet.noneOf(Kind.class);
    expected.addAll(List.of(kinds));
    List<Breach> found =
        Reconciliation.breaches(
            List.of(TEA, CAKE, YACHT), answers, stores.evidence(NOT_COUNTED, NOT_COUNTED));
    assertEquals(
        expected, found.stream().map(Breach::kind).collect(Collectors.toSet()), found::toString);
  }
}
