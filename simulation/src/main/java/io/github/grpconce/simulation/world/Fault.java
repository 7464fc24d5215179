package io.github.grpconce.simulation.world;

/** What can go wrong, each with the highest rate at which a run has it. */
public enum Fault {
  /** A request never reaches its server. */
  REQUEST_LOST(0.3),
  /** A request reaches a server twice, perhaps another one the second time. */
  REQUEST_DUPLICATED(0.3),
  /** A request arrives after the client has given up, or when the operation is long complete. */
  REQUEST_LATE(0.15),
  /** A server's answer never reaches the client. */
  RESPONSE_LOST(0.3),
  RESPONSE_LATE(0.15),
  /** A server isn't told that the client has gone. */
  CANCELLATION_LOST(0.5),

  /** The store's answer takes seconds. */
  STORE_SLOW(0.05),
  /** A read or a commit is refused, with an error after which it can be tried again. */
  STORE_BUSY(0.05),
  /** transaction_too_old, at a read or a commit. */
  STORE_TOO_OLD(0.05),
  /** not_committed without a reason. */
  COMMIT_CONFLICT(0.2),
  /** commit_unknown_result, and it took effect. */
  COMMIT_UNKNOWN_LANDED(0.2),
  /** commit_unknown_result, and it did not take effect. */
  COMMIT_UNKNOWN_DROPPED(0.2),
  /** The transaction is over for its owner, but the commit takes effect later. */
  COMMIT_LATE(0.15),
  /** The transaction is over for its owner, and the commit never takes effect. */
  COMMIT_GONE(0.1),
  /** What a process that crashes was committing takes effect all the same. */
  COMMIT_SURVIVES(1),
  /** A watch never fires; not even in calm weather can anybody rely on one. */
  WATCH_LOST(1),
  /** A watch fires long after the change. */
  WATCH_LATE(0.5),
  /** A watch fires although nothing has changed. */
  WATCH_SPURIOUS(0.3),

  /** A handler answers with a failure after which it may be tried again. */
  HANDLER_FAILS(0.2),
  HANDLER_THROWS(0.1),
  /** A handler takes its time: up to more than a transaction may live. */
  HANDLER_SLOW(0.3),
  /** A handler in STEPS mode takes seconds between two steps, as such handlers may. */
  HANDLER_LONG(1),

  /** A server crashes before the next step of whatever it does. */
  SERVER_CRASHES(0.01),
  /** A server is stopped there, and continued later. */
  SERVER_PAUSES(0.02),
  /** A server's timer is late, and nothing else in it: leases end while executions go on. */
  TIMER_LATE(0.6),

  /** A server can't reach the store for some time; drawn every few seconds, as the next is. */
  STORE_UNREACHABLE(0.4),
  CLOCK_JUMPS(0.4);

  private final double highestRate;

  Fault(double highestRate) {
    this.highestRate = highestRate;
  }

  /** Whether it is to be expected at any time, and not only in a storm. */
  boolean isUsual() {
    return this == WATCH_LOST || this == WATCH_LATE || this == WATCH_SPURIOUS;
  }

  double highestRate() {
    return highestRate;
  }
}
