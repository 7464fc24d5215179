package io.github.grpconce.testing.internal.link;

import com.apple.foundationdb.FDBException;

/**
 * An error of FoundationDB's that is made up on the way to the store. Only its number means
 * anything: its predicates would need the native library.
 */
public final class StoreTrouble extends FDBException {

  public static final int TOO_OLD = 1007;
  public static final int NOT_COMMITTED = 1020;
  public static final int COMMIT_UNKNOWN_RESULT = 1021;
  public static final int TRANSACTION_CANCELLED = 1025;
  public static final int TIMED_OUT = 1031;
  public static final int PROCESS_BEHIND = 1037;
  public static final int CLUSTER_VERSION_CHANGED = 1039;
  public static final int PROXY_MEMORY_LIMIT_EXCEEDED = 1042;
  public static final int OPERATION_CANCELLED = 1101;

  private static final long serialVersionUID = 1L;

  /** Makes up an error with FoundationDB's number for it. */
  public StoreTrouble(int code) {
    super("made up by grpc-once-testing", code);
  }
}
