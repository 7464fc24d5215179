package io.github.grpconce.embedded.workload;

import com.apple.foundationdb.Database;

/**
 * What many actors do to one database at a time, and what holds whatever their order.
 *
 * <p>Everything throws {@link AssertionError} if it sees that it does not hold.
 */
interface Workload {
  /** Fills the empty database. */
  void prepare(Database database);

  /** What one actor does, again and again, while others do the same. */
  void step(Actor actor);

  /** Looks at what is left when all have finished. */
  void check(Database database);
}
