package io.github.grpconce.simulation;

import com.apple.foundationdb.FDBException;

/**
 * An error that the simulated way to the store makes up. Only its number means anything: whoever
 * asks for its predicates would need FoundationDB's native library.
 */
final class StoreTrouble extends FDBException {

  static final int TOO_OLD = 1007;
  static final int NOT_COMMITTED = 1020;
  static final int COMMIT_UNKNOWN_RESULT = 1021;
  static final int TIMED_OUT = 1031;
  static final int PROCESS_BEHIND = 1037;
  static final int CLUSTER_VERSION_CHANGED = 1039;
  static final int PROXY_MEMORY_LIMIT_EXCEEDED = 1042;

  private static final long serialVersionUID = 1L;

  StoreTrouble(int code) {
    super("made up by the simulation", code);
  }
}
