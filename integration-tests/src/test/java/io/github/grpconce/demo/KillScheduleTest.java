package io.github.grpconce.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class KillScheduleTest {

  @ParameterizedTest
  @CsvSource({"0, 200", "1, 200", "2, 200", "5, 300", "3, 1", "100, 2"})
  void kills_areInOrderAndBeforeTheLastAnswer(int kills, int orders) {
    for (long seed = 0; seed < 100; seed++) {
      List<Integer> answered = KillSchedule.of(kills, orders, seed).answered();
      assertEquals(kills, answered.size());
      assertEquals(answered.stream().sorted().toList(), answered);
      assertTrue(answered.stream().allMatch(number -> number >= 0 && number < orders));
    }
  }
}
