package io.github.grpconce.teststore;

import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/**
 * How far a transaction's versions are ahead of the database's, which can't be made to hurry: a
 * test that lets ten seconds pass adds ten million versions. Fixed when the transaction gets its
 * read version.
 *
 * <p>Thread-safe.
 */
final class VersionShift {

  private final LongSupplier ahead;
  private OptionalLong fixed = OptionalLong.empty();

  VersionShift(LongSupplier ahead) {
    this.ahead = ahead;
  }

  CompletableFuture<Long> seen(CompletableFuture<Long> readVersion) {
    long shift = fixed();
    return shift == 0 ? readVersion : readVersion.thenApply(version -> version + shift);
  }

  /** A read version that is older than the last leap is older in the database, too. */
  long real(long readVersion) {
    return readVersion - fixed();
  }

  /** A commit comes after all that led to it. */
  long seenCommitted(long version) {
    return version < 0 ? version : version + Math.max(fixed(), ahead.getAsLong());
  }

  private synchronized long fixed() {
    if (fixed.isEmpty()) {
      fixed = OptionalLong.of(ahead.getAsLong());
    }
    return fixed.getAsLong();
  }
}
