package io.github.grpconce.embedded.workload;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.FDBException;
import com.apple.foundationdb.Transaction;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionException;

/**
 * One thread of a workload.
 *
 * @param index counts from 0
 * @param random the actor's own
 */
record Actor(Database database, int index, SplittableRandom random) {
  private static final int NOT_COMMITTED = 1020;

  /** A number from 0 to {@code bound}, exclusive. */
  int any(int bound) {
    return random.nextInt(bound);
  }

  byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  /** Lets others go first, sometimes: what overlaps is what is to be tested. */
  @SuppressWarnings("ThreadPriorityCheck") // nothing relies on it: it makes overlaps likelier
  void pause() {
    if (random.nextBoolean()) {
      Thread.yield();
    }
  }

  /** Commits; false if another transaction was in the way. Any other failure is thrown. */
  static boolean commits(Transaction tr) {
    try {
      tr.commit().join();
      return true;
    } catch (CompletionException failure) {
      if (codeOf(failure) == NOT_COMMITTED) {
        return false;
      }
      throw failure;
    }
  }

  /** FoundationDB's error code; 0 if it is another failure. */
  static int codeOf(CompletionException failure) {
    return failure.getCause() instanceof FDBException known ? known.getCode() : 0;
  }
}
