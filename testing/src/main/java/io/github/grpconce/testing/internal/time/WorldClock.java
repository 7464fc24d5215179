package io.github.grpconce.testing.internal.time;

import java.time.Instant;
import java.time.InstantSource;

/** A clock that shows the time of the world that is being played. Thread-safe. */
public final class WorldClock implements InstantSource {

  private volatile WorldTime time = new WorldTime();

  /** From now on, another world is played. */
  public void follow(WorldTime next) {
    time = next;
  }

  @Override
  public Instant instant() {
    return time.instant();
  }
}
