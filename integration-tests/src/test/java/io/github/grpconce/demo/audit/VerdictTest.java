package io.github.grpconce.demo.audit;

import static io.github.grpconce.demo.audit.SomeFigures.DUPLICATES;
import static io.github.grpconce.demo.audit.SomeFigures.FLAWLESS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class VerdictTest {

  @Test
  void flawlessAgainstDuplicates_isGood() {
    Verdict verdict = on(DUPLICATES, FLAWLESS);
    assertEquals(0, verdict.exitStatus());
    assertEquals(
        List.of(
            "without grpc-once, 52 of 200 orders were charged more than once",
            "with grpc-once, each of 190 confirmed orders was charged exactly once"),
        verdict.sentences());
  }

  @Test
  void noDuplicatesInEither_provesNothing() {
    Verdict verdict = on(FLAWLESS, FLAWLESS);
    assertEquals(3, verdict.exitStatus());
    assertTrue(verdict.sentences().get(0).contains("proved nothing"));
  }

  @Test
  void nothingReplayed_provesNothing() {
    Figures untried =
        new Figures(
            200, 190, 10, 0, 0, 390, 190, 0, 0, 0, 0, 0, 0, 0, List.of(), 2, Duration.ofSeconds(1));
    assertEquals(3, on(DUPLICATES, untried).exitStatus());
    Verdict alone = Verdict.on(Optional.empty(), Optional.of(untried));
    assertEquals(3, alone.exitStatus());
    assertEquals(
        List.of(
            "with grpc-once no call was answered from a record: the faults proved nothing."
                + " Try more --orders, or a larger --drop"),
        alone.sentences());
  }

  @Test
  void guardedAlone_isJudgedByItself() {
    assertEquals(0, Verdict.on(Optional.empty(), Optional.of(FLAWLESS)).exitStatus());
    assertEquals(1, Verdict.on(Optional.empty(), Optional.of(DUPLICATES)).exitStatus());
  }

  @Test
  void unguardedAlone_mustShowDuplicates() {
    assertEquals(0, Verdict.on(Optional.of(DUPLICATES), Optional.empty()).exitStatus());
    assertEquals(3, Verdict.on(Optional.of(FLAWLESS), Optional.empty()).exitStatus());
  }

  @Test
  void breachesOutweighMissingDuplicates() {
    assertEquals(1, on(FLAWLESS, DUPLICATES).exitStatus());
  }

  @ParameterizedTest
  @CsvSource({
    "1, 0, 0, 0, 0, 0, 0, 0, got no answer",
    "0, 1, 0, 0, 0, 0, 0, 0, got the wrong answer",
    "0, 0, 1, 0, 0, 0, 0, 0, charged twice",
    "0, 0, 0, 1, 0, 0, 0, 0, charged but not confirmed",
    "0, 0, 0, 0, 1, 0, 0, 0, confirmed and then not to be found",
    "0, 0, 0, 0, 0, 1, 0, 0, not where they should be",
    "0, 0, 0, 0, 0, 0, 1, 0, unbalanced",
    "0, 0, 0, 0, 0, 0, 0, 1, still being executed",
  })
  void eachBreach_isNamed(
      int unanswered,
      int wrongly,
      int twice,
      int notConfirmed,
      int lost,
      long missing,
      long unbalanced,
      int inProgress,
      String named) {
    Figures guarded =
        new Figures(
            20,
            20,
            0,
            unanswered,
            wrongly,
            30,
            20,
            twice,
            notConfirmed,
            lost,
            missing,
            unbalanced,
            3,
            inProgress,
            List.of(),
            1,
            Duration.ofSeconds(2));
    Verdict verdict = on(DUPLICATES, guarded);
    assertEquals(1, verdict.exitStatus());
    assertEquals(1, verdict.sentences().size());
    assertTrue(verdict.sentences().get(0).contains(named), verdict.sentences()::toString);
  }

  private static Verdict on(Figures unguarded, Figures guarded) {
    return Verdict.on(Optional.of(unguarded), Optional.of(guarded));
  }
}
