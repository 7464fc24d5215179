package io.github.grpconce.demo.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SeededFaultsTest {

  private static final Duration LONGEST = Duration.ofMillis(20);

  @Test
  void sameSeed_decidesTheSameInAnyOrder() {
    SeededFaults one = new SeededFaults(7, 0.2, 0.1, 0.3, LONGEST);
    SeededFaults other = new SeededFaults(7, 0.2, 0.1, 0.3, LONGEST);
    List<Fault> forwards = LongStream.range(0, 500).mapToObj(c -> one.faultFor(c, 1)).toList();
    List<Fault> backwards =
        LongStream.range(0, 500).mapToObj(c -> other.faultFor(499 - c, 1)).toList();
    for (int i = 0; i < 500; i++) {
      assertEquals(forwards.get(i), backwards.get(499 - i));
    }
  }

  @Test
  void anotherSeedOrAttempt_drawsAgain() {
    SeededFaults seven = new SeededFaults(7, 0.5, 0, 0, LONGEST);
    SeededFaults eight = new SeededFaults(8, 0.5, 0, 0, LONGEST);
    assertNotEquals(kinds(seven, 1), kinds(eight, 1));
    assertNotEquals(kinds(seven, 1), kinds(seven, 2));
  }

  @Test
  void shares_areKept() {
    int draws = 20_000;
    SeededFaults faults = new SeededFaults(1, 0.1, 0.04, 0.25, LONGEST);
    Map<Fault.Kind, Integer> seen = new EnumMap<>(Fault.Kind.class);
    int delayed = 0;
    for (int content = 0; content < draws; content++) {
      Fault fault = faults.faultFor(content, 1);
      seen.merge(fault.kind(), 1, Integer::sum);
      delayed += fault.requestDelay().plus(fault.responseDelay()).isZero() ? 0 : 1;
    }
    assertEquals(0.1, share(seen.get(Fault.Kind.LOSE_RESPONSE), draws), 0.01);
    assertEquals(0.02, share(seen.get(Fault.Kind.RESET_AT_REQUEST), draws), 0.005);
    assertEquals(0.02, share(seen.get(Fault.Kind.RESET_AT_RESPONSE), draws), 0.005);
    assertEquals(0.25, share(delayed, draws), 0.02);
  }

  @Test
  void delays_stayBelowTheLongest() {
    SeededFaults faults = new SeededFaults(1, 0, 0, 1, LONGEST);
    for (int content = 0; content < 1_000; content++) {
      Fault fault = faults.faultFor(content, 1);
      Duration delay = fault.requestDelay().plus(fault.responseDelay());
      assertTrue(delay.compareTo(LONGEST) < 0, delay::toString);
    }
  }

  @Test
  void everyResponseLost_losesEveryResponse() {
    SeededFaults faults = new SeededFaults(1, 1, 0, 0, LONGEST);
    for (int content = 0; content < 1_000; content++) {
      assertEquals(Fault.of(Fault.Kind.LOSE_RESPONSE), faults.faultFor(content, 1));
    }
  }

  @ParameterizedTest
  @CsvSource({"-0.1, 0, 0", "1.1, 0, 0", "0, -1, 0", "0, 0, 2", "0.6, 0.6, 0", "NaN, 0, 0"})
  void sharesThatAreNone_areRefused(double drop, double reset, double delay) {
    assertThrows(
        IllegalArgumentException.class, () -> new SeededFaults(1, drop, reset, delay, LONGEST));
  }

  private static List<Fault.Kind> kinds(SeededFaults faults, int attempt) {
    return LongStream.range(0, 100).mapToObj(c -> faults.faultFor(c, attempt).kind()).toList();
  }

  private static double share(int part, int whole) {
    return (double) part / whole;
  }
}
