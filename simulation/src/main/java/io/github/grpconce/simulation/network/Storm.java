package io.github.grpconce.simulation.network;

import io.github.grpconce.simulation.world.Chance;
import io.github.grpconce.simulation.world.Fault;
import io.github.grpconce.simulation.world.Weather;
import io.github.grpconce.simulation.world.World;
import java.time.Duration;
import java.util.List;

/** What befalls machines every few seconds, until the storm is over. */
public final class Storm {

  private static final Duration BETWEEN_BLOWS = Duration.ofSeconds(5);
  private static final Duration OUTAGE = Duration.ofSeconds(15);

  /** Some are beyond what a server allows. */
  private static final List<Duration> SKEWS =
      List.of(
          Duration.ZERO,
          Duration.ofSeconds(20),
          Duration.ofMinutes(-7),
          Duration.ofMinutes(40),
          Duration.ofHours(-5),
          Duration.ofHours(30));

  private final World world;
  private final Chance chance;
  private final List<Machine> machines;
  private final Duration end;

  public Storm(World world, List<Machine> machines, Duration end) {
    this.world = world;
    this.chance = world.chance().split();
    this.machines = machines;
    this.end = end;
  }

  public void begin() {
    machines.forEach(this::expectBlow);
    world.loop().schedule(end, this::end);
  }

  private void expectBlow(Machine machine) {
    world.loop().schedule(chance.upTo(BETWEEN_BLOWS), () -> blow(machine));
  }

  private void blow(Machine machine) {
    Weather weather = world.weather();
    if (weather.isCalm()) {
      return;
    }
    if (weather.strikes(Fault.CLOCK_JUMPS)) {
      machine.jumpClock(chance.oneOf(SKEWS));
    }
    if (weather.strikes(Fault.STORE_UNREACHABLE)) {
      machine.running().ifPresent(server -> interrupt(machine, server));
    }
    expectBlow(machine);
  }

  private void interrupt(Machine machine, Server server) {
    Duration outage = chance.upTo(OUTAGE);
    world.transcript().note(machine.name(), "can't reach the store for " + outage);
    server.link().interruptFor(outage);
  }

  private void end() {
    world.transcript().note("weather", "calms down");
    world.weather().calm();
    machines.forEach(machine -> machine.jumpClock(Duration.ZERO));
    machines.forEach(Machine::start);
  }
}
