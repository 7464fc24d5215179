package io.github.grpconce.embedded;

import io.github.grpconce.embedded.internal.runtime.Clock;

/** A timeline as the engine's parts see it, for tests of them alone. */
public final class Clocks {
  private Clocks() {}

  /** The clock that goes by a timeline. */
  public static Clock of(Timeline timeline) {
    return TimeSource.of(timeline).clock();
  }
}
