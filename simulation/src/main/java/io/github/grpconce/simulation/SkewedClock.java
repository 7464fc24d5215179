package io.github.grpconce.simulation;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A wall clock that is wrong by some amount, which can change at any time. */
final class SkewedClock implements InstantSource {

  private final EventLoop loop;
  private Duration skew;

  SkewedClock(EventLoop loop, Duration skew) {
    this.loop = loop;
    this.skew = skew;
  }

  void jumpTo(Duration newSkew) {
    skew = newSkew;
  }

  @Override
  public Instant instant() {
    return loop.now().plus(skew);
  }
}
