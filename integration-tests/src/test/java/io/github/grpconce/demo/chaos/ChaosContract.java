package io.github.grpconce.demo.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.grpconce.demo.audit.Breach;
import io.github.grpconce.demo.shop.Mode;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What chaos shows, on whatever store. */
abstract class ChaosContract {

  /** Enough for a few dozen orders: about one in ten of them is charged twice. */
  private static final int UNGUARDED_SECONDS = 15;

  private final int shortSeconds;
  private final int longSeconds;

  ChaosContract(int shortSeconds, int longSeconds) {
    this.shortSeconds = shortSeconds;
    this.longSeconds = longSeconds;
  }

  abstract Outcome run(Mode mode, int seconds) throws Exception;

  @Test
  void guardedServices_keepTheirBooksWhateverHappens() throws Exception {
    int usual = Boolean.getBoolean("grpconce.long") ? longSeconds : shortSeconds;
    Outcome outcome = run(Mode.GUARDED, Integer.getInteger("grpconce.chaos.seconds", usual));
    assertEquals(List.of(), outcome.breaches());
    assertTrue(outcome.confirmed() > 0, outcome::toString);
    assertTrue(outcome.evidence().replays() > 0, outcome::toString);
  }

  @Test
  void unguardedServices_chargeTwiceUnderTheSameChaos() throws Exception {
    Outcome outcome = run(Mode.UNGUARDED, UNGUARDED_SECONDS);
    assertTrue(
        outcome.breaches().stream().anyMatch(b -> b.kind() == Breach.Kind.CHARGED_TWICE),
        outcome::toString);
  }
}
