package io.github.grpconce.demo.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.grpconce.demo.audit.Breach.Kind;
import io.github.grpconce.demo.order.v1.Order.State;
import io.github.grpconce.demo.runtime.AttemptJournal.Counts;
import io.github.grpconce.demo.shop.Answer;
import io.github.grpconce.demo.shop.Customer;
import io.github.grpconce.demo.shop.Purchase;
import io.github.grpconce.demo.shop.ShoppingList;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each kind of breach, planted in the stores of a run that was right, costs the demo its verdict.
 */
final class PlantedBreachesTest {

  private static final Purchase TEA = SomeStores.purchase("tea", "ann", 100, true);
  private static final Purchase YACHT = SomeStores.purchase("yacht", "bob", 900, false);
  private static final ShoppingList LIST =
      new ShoppingList(
          List.of(new Customer("ann", 1_000), new Customer("bob", 0)), List.of(TEA, YACHT));

  private final Map<String, Answer> answers = new HashMap<>();
  private final SomeStores stores = new SomeStores();

  @BeforeEach
  void everythingGoesWell() {
    stores.account("ann", 1_000);
    stores.account("bob", 0);
    stores.buy("order-1", TEA);
    stores.order("order-2", YACHT, State.CANCELLED);
    answers.put("tea", new Answer.Confirmed("order-1"));
    answers.put("yacht", new Answer.Declined("too expensive"));
  }

  @Test
  void nothingPlanted_isGood() {
    assertEquals(Verdict.GOOD, verdict().exitStatus(), verdict().sentences()::toString);
  }

  @ParameterizedTest
  @EnumSource
  void eachKind_isFoundAndNamed(Kind kind) {
    plant(kind);
    assertEquals(Verdict.BROKEN, verdict().exitStatus());
    String name = kind.name();
    assertTrue(
        verdict().sentences().stream().anyMatch(sentence -> sentence.contains(name)),
        verdict().sentences()::toString);
  }

  @Test
  void executionInProgress_isFound() {
    stores.leaveInProgress(1);
    assertEquals(Verdict.BROKEN, verdict().exitStatus());
  }

  private void plant(Kind kind) {
    switch (kind) {
      case CHARGED_TWICE -> stores.charge("order-1", TEA);
      case CHARGED_FOR_NOTHING -> stores.charge("order-2", YACHT);
      case WRONGLY_PAID -> stores.undoCharge("order-1", TEA);
      case HALF_DONE -> stores.order("order-2", YACHT, State.PENDING);
      case ORDERED_TWICE -> stores.order("order-3", TEA, State.CANCELLED);
      case WRONG_ANSWER -> answers.put("tea", new Answer.Declined("no"));
      case MONEY -> stores.add("merchant", 1);
    }
  }

  private Verdict verdict() {
    Evidence evidence = stores.evidence(new Counts(8, 3), new Counts(4, 2));
    Figures figures = new Audit(LIST, answers, evidence).figures(0, Duration.ofSeconds(1));
    return Verdict.on(Optional.empty(), Optional.of(figures));
  }
}
