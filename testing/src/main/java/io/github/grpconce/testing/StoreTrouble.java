package io.github.grpconce.testing;

import com.apple.foundationdb.FDBException;

/**
 * An error of FoundationDB's that is made up. Only its number means anything: its predicates would
 * need the native library.
 */
final class StoreTrouble extends FDBException {

  private static final int OPERATION_CANCELLED = 1101;

  private static final long serialVersionUID = 1L;

  StoreTrouble(int code) {
    super("made up by grpc-once-testing", code);
  }

  /** What the last threads of a dead server get to hear, so that they end. */
  static StoreTrouble gone() {
    return new StoreTrouble(OPERATION_CANCELLED);
  }
}
