package io.github.grpconce.simulation.network;

import io.github.grpconce.simulation.world.Chance;
import io.github.grpconce.simulation.world.Fault;
import io.github.grpconce.simulation.world.Host;
import io.github.grpconce.simulation.world.SkewedClock;
import io.github.grpconce.simulation.world.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A machine with its clock, which runs one server process after the other. */
public final class Machine implements Host.Mishaps {

  private static final Duration REBOOT = Duration.ofSeconds(10);
  private static final Duration SHORT_PAUSE = Duration.ofSeconds(40);
  private static final double PAUSE_IS_LONG = 0.1;

  private final String name;
  private final World world;
  private final Chance chance;
  private final SkewedClock clock;
  private final Program program;
  private final List<Server> lives = new ArrayList<>();
  private @Nullable Server running;

  public Machine(String name, World world, SkewedClock clock, Program program) {
    this.name = name;
    this.world = world;
    this.chance = world.chance().split();
    this.clock = clock;
    this.program = program;
  }

  String name() {
    return name;
  }

  public Optional<Server> running() {
    return Optional.ofNullable(running);
  }

  public void start() {
    if (running == null) {
      running = program.start(name + "#" + lives.size(), clock, this);
      lives.add(running);
    }
  }

  /** So processes crash and are stopped at any step. */
  @Override
  public void beforeStepOf(Host host) {
    if (world.weather().strikes(Fault.SERVER_CRASHES)) {
      world.transcript().note(host.name(), "crashes");
      crash();
      world.loop().schedule(chance.upTo(REBOOT), this::start);
    } else if (world.weather().strikes(Fault.SERVER_PAUSES)) {
      Duration pause =
          chance.upTo(chance.happens(PAUSE_IS_LONG) ? world.longestDelay() : SHORT_PAUSE);
      world.transcript().note(host.name(), "is paused for " + pause);
      host.pause(pause);
    }
  }

  private void crash() {
    running().ifPresent(Server::crash);
    running = null;
  }

  /** For good: what is left then is left in the store. */
  public void stop() {
    running().ifPresent(server -> server.host().crash());
  }

  void jumpClock(Duration skew) {
    clock.jumpTo(skew);
  }

  /** After the run. */
  public void dispose() {
    lives.forEach(Server::dispose);
  }
}
