package io.github.grpconce.demo.shop;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PatienceTest {

  private static final Patience PATIENCE =
      new Patience(100, Duration.ofSeconds(1), Duration.ofMillis(10), Duration.ofMillis(100));

  @ParameterizedTest
  @CsvSource({"1, 5, 10", "2, 10, 20", "4, 40, 80", "5, 50, 100", "99, 50, 100"})
  void pauses_doubleUpToTheLongest(int tries, long leastMillis, long mostMillis) {
    SplittableRandom random = new SplittableRandom(1);
    for (int draw = 0; draw < 1_000; draw++) {
      Duration pause = PATIENCE.pauseAfter(tries, random);
      assertTrue(pause.compareTo(Duration.ofMillis(leastMillis)) >= 0, pause::toString);
      assertTrue(pause.compareTo(Duration.ofMillis(mostMillis)) < 0, pause::toString);
    }
  }
}
