package io.github.grpconce.embedded.internal.runtime;

import java.time.Duration;

/** What goes wrong at one step of one transaction. */
public sealed interface InjectedFault {
  /** The step fails, and nothing of it was done. */
  record Failure(int code) implements InjectedFault {}

  /** A commit takes place, and is answered with this error. */
  record Landed(int code) implements InjectedFault {}

  /** A commit is answered with this error at once, and sent this much later. */
  record LandsLater(int code, Duration delay) implements InjectedFault {}

  /** The step is done, and answered, this much later. */
  record Latency(Duration delay) implements InjectedFault {}

  /** The step is done in time, and answered this much later. */
  record LateAnswer(Duration delay) implements InjectedFault {}

  /** A watch fires this much after its key changed. */
  record LateWatch(Duration delay) implements InjectedFault {}

  /** A watch fires this much after it was armed, though its key did not change. */
  record SpuriousWatch(Duration delay) implements InjectedFault {}

  /** A watch looks at its key only this much after a change. */
  record MissedReturn(Duration delay) implements InjectedFault {}
}
