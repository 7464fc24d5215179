package io.github.grpconce.testing.internal.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.grpconce.testing.internal.scenario.Step.Kind;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ScenariosTest {

  private static final List<Step> STEPS =
      List.of(
          new Step(1, Kind.READ, "reads something"),
          new Step(2, Kind.CALL, "calls somebody"),
          new Step(3, Kind.COMMIT, "commits something"));

  private final Scenarios scenarios = new Scenarios(STEPS, 1);

  private static Set<Mishap> mishaps(List<Scenario> scenarios) {
    return scenarios.stream()
        .flatMap(scenario -> scenario.strikes().stream())
        .map(Strike::mishap)
        .collect(Collectors.toSet());
  }

  @Test
  void singleOnes_haveEveryMishapWhereItCanBe() {
    List<Scenario> single = scenarios.single();
    assertEquals(Set.of(Mishap.values()), mishaps(single));
    for (Scenario scenario : single) {
      assertEquals(1, scenario.strikes().size());
      Strike strike = scenario.strikes().get(0);
      assertTrue(strike.mishap().befalls(STEPS.get(strike.step() - 1).kind()), scenario::title);
    }
    assertEquals(single.size(), new HashSet<>(single).size());
  }

  @Test
  void titles_tellScenariosApart() {
    List<String> titles = scenarios.single().stream().map(Scenario::title).toList();
    assertEquals(titles.size(), new HashSet<>(titles).size());
    assertTrue(
        titles.contains("when the server commits something (step 3), it conflicts (1020)"),
        titles::toString);
  }

  @Test
  void lateCommits_landBeforeEachOfTheNextStepsAndInTheEnd() {
    long late =
        scenarios.single().stream()
            .filter(one -> one.strikes().get(0).mishap() == Mishap.COMMIT_LANDS_LATE)
            .map(one -> one.strikes().get(0).stepsLater())
            .distinct()
            .count();
    assertEquals(7, late);
  }

  @Test
  void ifThereIsRoom_combinationsFollow() {
    int single = scenarios.single().size();
    List<Scenario> all = scenarios.atMost(1_000);
    assertEquals(scenarios.single(), all.subList(0, single));
    assertTrue(all.size() > single);
    all.subList(single, all.size()).forEach(one -> assertEquals(2, one.strikes().size()));
    assertEquals(single + 3, new Scenarios(STEPS, 1).atMost(single + 3).size());
  }

  @Test
  void ifThereIsLittleRoom_aSampleIsDrawn() {
    List<Scenario> sample = new Scenarios(STEPS, 1).atMost(10);
    assertEquals(10, sample.size());
    assertEquals(sample, new Scenarios(STEPS, 1).atMost(10));
    assertNotEquals(sample, new Scenarios(STEPS, 2).atMost(10));
  }

  @Test
  void whatIsEasilyUnderstood_comesFirst() {
    List<Integer> order =
        scenarios.single().stream()
            .map(one -> Arrays.asList(Mishap.values()).indexOf(one.strikes().get(0).mishap()))
            .toList();
    assertEquals(order.stream().sorted().toList(), order);
  }
}
