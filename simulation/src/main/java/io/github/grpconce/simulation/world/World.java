package io.github.grpconce.simulation.world;

import java.time.Duration;

/**
 * What everything in a run shares.
 *
 * @param longestDelay of what is late or paused; seldom hours, because time has its price even here
 */
public record World(
    EventLoop loop, Chance chance, Weather weather, Transcript transcript, Duration longestDelay) {

  private static final Duration MINUTES = Duration.ofMinutes(5);
  private static final Duration HOURS = Duration.ofHours(2);
  private static final double TAKES_HOURS = 0.05;

  /** Begins the world of a seed. */
  public static World of(long seed, Transcript.Reader reader) {
    EventLoop loop = new EventLoop();
    Chance chance = new Chance(seed);
    return new World(
        loop,
        chance,
        new Weather(chance.split()),
        new Transcript(loop, reader),
        chance.happens(TAKES_HOURS) ? HOURS : MINUTES);
  }
}
