package io.github.grpconce.demo;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * When the payment service is killed: each time when so many orders have their answer. Spread over
 * the run, with chance from the seed, and never so late that no order is under way.
 *
 * @param answered the number of answers at each kill, in ascending order
 */
record KillSchedule(List<Integer> answered) {

  KillSchedule {
    answered = List.copyOf(answered);
  }

  static KillSchedule of(int kills, int orders, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return new KillSchedule(
        IntStream.range(0, kills)
            .map(kill -> (int) ((kill + random.nextDouble()) * orders / (kills + 1)))
            .boxed()
            .toList());
  }
}
