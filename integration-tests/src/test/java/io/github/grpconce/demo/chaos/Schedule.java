package io.github.grpconce.demo.chaos;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/**
 * When which trouble strikes what: the same for the same seed. Troubles of one target follow one
 * another; those of different targets overlap. Every trouble that a target can have comes up before
 * any comes up again.
 *
 * @param length when the last trouble has ended
 * @param strikes in the order of their beginnings
 */
record Schedule(Duration length, List<Strike> strikes) {

  private static final Duration SHORTEST_TROUBLE = Duration.ofMillis(100);

  /** Long enough for a lease, and for a charge's deadline, to run out. */
  private static final Duration LONGEST_TROUBLE = Duration.ofMillis(2_200);

  /** Long enough for a cluster to give a process up that stands still. */
  private static final Duration LONGEST_OF_CLUSTER = Duration.ofSeconds(5);

  /** Long enough for a service to come back, and for something to be bought. */
  private static final Duration SHORTEST_PEACE = Duration.ofSeconds(2);

  private static final Duration LONGEST_PEACE = Duration.ofSeconds(7);

  /** Of a small cluster; counted round if there are fewer. */
  private static final int CLUSTER_PROCESSES = 3;

  Schedule {
    strikes = List.copyOf(strikes);
  }

  /**
   * Draws up a schedule.
   *
   * @param length when the last trouble has ended
   * @param copies how many processes each service has; above 1 only on a cluster
   */
  static Schedule of(long seed, Duration length, int copies) {
    Random seeds = new Random(seed);
    List<Strike> strikes =
        Arrays.stream(Target.values())
            .map(target -> strikes(target, new Random(seeds.nextLong()), length, copies))
            .flatMap(Collection::stream)
            .sorted(Comparator.comparing(Strike::at))
            .toList();
    return new Schedule(length, strikes);
  }

  /** The same, without what strikes one target. */
  Schedule without(Target target) {
    return new Schedule(
        length, strikes.stream().filter(strike -> strike.target() != target).toList());
  }

  /** What strikes one target. */
  List<Strike> at(Target target) {
    return strikes.stream().filter(strike -> strike.target() == target).toList();
  }

  private static List<Strike> strikes(Target target, Random random, Duration length, int copies) {
    List<Strike> strikes = new ArrayList<>();
    Deque<Trouble> bag = new ArrayDeque<>();
    Duration at = between(SHORTEST_PEACE, LONGEST_PEACE, random);
    while (true) {
      if (bag.isEmpty()) {
        List<Trouble> troubles = new ArrayList<>(Trouble.of(target, copies > 1));
        Collections.shuffle(troubles, random);
        bag.addAll(troubles);
      }
      Strike strike =
          new Strike(
              at,
              target,
              random.nextInt(target == Target.CLUSTER ? CLUSTER_PROCESSES : copies),
              bag.remove(),
              between(SHORTEST_TROUBLE, longest(target), random));
      if (strike.end().compareTo(length) > 0) {
        return strikes;
      }
      strikes.add(strike);
      at = strike.end().plus(between(SHORTEST_PEACE, LONGEST_PEACE, random));
    }
  }

  private static Duration longest(Target target) {
    return target == Target.CLUSTER ? LONGEST_OF_CLUSTER : LONGEST_TROUBLE;
  }

  private static Duration between(Duration least, Duration most, Random random) {
    return Duration.ofMillis(random.nextLong(least.toMillis(), most.toMillis()));
  }
}
