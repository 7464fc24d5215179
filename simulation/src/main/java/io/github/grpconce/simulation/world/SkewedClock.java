package io.github.grpconce.simulation.world;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A wall clock that is wrong by some amount, which can change at any time. */
public final class SkewedClock implements InstantSource {

  private final EventLoop loop;
  private Duration skew;

  public SkewedClock(EventLoop loop, Duration skew) {
    this.loop = loop;
    this.skew = skew;
  }

  public void jumpTo(Duration newSkew) {
    skew = newSkew;
  }

  @Override
  public Instant instant() {
    return loop.now().plus(skew);
  }
}
