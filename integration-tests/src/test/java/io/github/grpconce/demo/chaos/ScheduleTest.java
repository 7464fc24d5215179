package io.github.grpconce.demo.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class ScheduleTest {

  private static final Duration MINUTE = Duration.ofMinutes(1);

  @Test
  void sameSeed_isTheSameSchedule() {
    assertEquals(Schedule.of(7, MINUTE, 1), Schedule.of(7, MINUTE, 1));
    assertNotEquals(Schedule.of(7, MINUTE, 1), Schedule.of(8, MINUTE, 1));
  }

  @Test
  void troublesOfOneTarget_followOneAnother_andEndInTime() {
    for (long seed = 0; seed < 100; seed++) {
      for (Target target : Target.values()) {
        Duration free = Duration.ZERO;
        for (Strike strike : Schedule.of(seed, MINUTE, 1).at(target)) {
          assertTrue(strike.at().compareTo(free) > 0, strike::toString);
          free = strike.end();
        }
        assertTrue(free.compareTo(MINUTE) <= 0);
      }
    }
  }

  @Test
  void twoMinutes_haveEveryTroubleOfEveryTarget() {
    for (long seed = 0; seed < 100; seed++) {
      for (Target target : Target.values()) {
        List<Strike> strikes = Schedule.of(seed, MINUTE.multipliedBy(2), 1).at(target);
        assertEquals(
            Trouble.of(target, false),
            strikes.stream().map(Strike::trouble).collect(Collectors.toSet()));
      }
    }
  }

  @Test
  void cluster_keepsItsDisks_andHasEveryProcessStruck() {
    List<Strike> strikes = Schedule.of(7, MINUTE, 2).at(Target.PAYMENT_SERVICE);
    assertTrue(strikes.stream().noneMatch(strike -> strike.trouble() == Trouble.DISK_FULL));
    assertEquals(2, strikes.stream().map(Strike::copy).distinct().count());
  }

  @Test
  void nobodyKnowsHowToHurtTheCluster_itIsLeftAlone() {
    Schedule schedule = Schedule.of(7, MINUTE, 2);
    assertTrue(schedule.at(Target.CLUSTER).size() > 3);
    assertEquals(List.of(), schedule.without(Target.CLUSTER).at(Target.CLUSTER));
    assertEquals(
        schedule.at(Target.ORDER_SERVICE),
        schedule.without(Target.CLUSTER).at(Target.ORDER_SERVICE));
  }
}
