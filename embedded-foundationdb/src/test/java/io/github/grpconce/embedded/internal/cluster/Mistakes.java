package io.github.grpconce.embedded.internal.cluster;

import io.github.grpconce.embedded.defect.Defect;
import io.github.grpconce.embedded.internal.key.KeyRange;

/** What a {@link Defect} has the engine call instead of what the cluster's side should do. */
public final class Mistakes {
  private Mistakes() {}

  static boolean neverWritten(ConflictSet conflicts, KeyRange range, long version) {
    return false;
  }

  static long neverTooOldToCommit(long version) {
    return Long.MIN_VALUE;
  }

  /** Public for the client's side, which asks for the oldest version as well. */
  public static long neverTooOld(Storage storage) {
    return Long.MIN_VALUE;
  }
}
