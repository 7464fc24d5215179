package io.github.grpconce.testing.internal.scenario;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * All that is tried with a call: every mishap at every step, and then some combinations that are
 * drawn.
 */
public final class Scenarios {

  /** A late commit lands before each of the next steps, so that it meets a later execution's. */
  private static final int NEXT_STEPS = 6;

  /** Two mishaps after one another are as many as the square of one: a sample has to do. */
  private static final int COMBINATIONS = 60;

  private static final int STRIKES_COMBINED = 2;

  private final List<Step> steps;
  private final Random random;

  /**
   * Prepares scenarios.
   *
   * @param steps what a call does when nothing goes wrong
   */
  public Scenarios(List<Step> steps, long seed) {
    this.steps = steps;
    this.random = new Random(seed);
  }

  /** Returns one for every mishap at every step. */
  public List<Scenario> single() {
    return Arrays.stream(Mishap.values())
        .flatMap(
            mishap ->
                steps.stream()
                    .filter(step -> mishap.befalls(step.kind()))
                    .flatMap(step -> strikes(step.number(), mishap)))
        .map(this::single)
        .toList();
  }

  private static Stream<Strike> strikes(int step, Mishap mishap) {
    return mishap.isLate()
        ? IntStream.concat(IntStream.rangeClosed(1, NEXT_STEPS), IntStream.of(Strike.AT_THE_END))
            .mapToObj(later -> new Strike(step, mishap, later))
        : Stream.of(new Strike(step, mishap, 0));
  }

  private Scenario single(Strike strike) {
    Step step = steps.get(strike.step() - 1);
    return new Scenario(
        "when the server %s (step %d), %s"
            .formatted(step.what(), step.number(), strike.description()),
        List.of(strike));
  }

  /**
   * Returns as many of the single ones as may be, and then of combinations, simple ones first.
   *
   * @param most more than this is a sample, drawn with the seed
   */
  public List<Scenario> atMost(int most) {
    List<Scenario> chosen = new ArrayList<>(single());
    if (chosen.size() > most) {
      List<Integer> places = new ArrayList<>(IntStream.range(0, chosen.size()).boxed().toList());
      Collections.shuffle(places, random);
      return places.stream().limit(most).sorted().map(chosen::get).toList();
    }
    int combinations = steps.isEmpty() ? 0 : Math.min(COMBINATIONS, most - chosen.size());
    for (int i = 0; i < combinations; i++) {
      chosen.add(combination());
    }
    return chosen;
  }

  private Scenario combination() {
    List<Strike> strikes =
        IntStream.range(0, STRIKES_COMBINED)
            .mapToObj(i -> drawn())
            .sorted(Comparator.comparingInt(Strike::step))
            .toList();
    return new Scenario(
        strikes.stream()
            .map(strike -> "at step " + strike.step() + ", " + strike.description())
            .collect(joining("; ")),
        strikes);
  }

  /** Also at steps that there only are because something went wrong before. */
  private Strike drawn() {
    int step = 1 + random.nextInt(STRIKES_COMBINED * steps.size());
    Mishap[] mishaps = Mishap.values();
    Mishap mishap = mishaps[random.nextInt(mishaps.length)];
    return new Strike(step, mishap, mishap.isLate() ? 1 + random.nextInt(NEXT_STEPS) : 0);
  }
}
