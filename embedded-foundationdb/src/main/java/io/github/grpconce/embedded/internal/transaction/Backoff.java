package io.github.grpconce.embedded.internal.transaction;

import io.github.grpconce.embedded.internal.key.EmbeddedException;
import io.github.grpconce.embedded.internal.key.FdbError;
import io.github.grpconce.embedded.internal.nativeapi.TransactionSettings;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Whether and when a transaction is tried again after an error. Not thread-safe. */
final class Backoff {
  private static final Duration FIRST = Duration.ofMillis(10);
  private static final Duration AFTER_WRONG_VERSION = Duration.ofMillis(10);
  private static final int GROWTH = 2;

  /** A cluster that is short of memory is left alone for longer, whatever the options say. */
  private static final Duration LONGEST_AFTER_SHORTAGE = Duration.ofSeconds(30);

  private final DatabaseContext context;
  private final TransactionSettings settings;
  private Duration next = FIRST;
  private int retries;

  Backoff(DatabaseContext context, TransactionSettings settings) {
    this.context = context;
    this.settings = settings;
  }

  /** Counts from 1. */
  int attempt() {
    return retries + 1;
  }

  /** How long to wait before the next attempt; null if there is not to be one. */
  @Nullable Duration afterError(EmbeddedException error) {
    boolean isLast = settings.retryLimit() != -1 && retries >= settings.retryLimit();
    retries++;
    int code = error.getCode();
    // There is one version of this cluster: waiting for another client to fit it is of no use.
    if (isLast || !error.isRetryable() || code == FdbError.CLUSTER_VERSION_CHANGED.code()) {
      return null;
    }
    if (code == FdbError.TRANSACTION_TOO_OLD.code() || code == FdbError.FUTURE_VERSION.code()) {
      return shorter(AFTER_WRONG_VERSION, settings.maxRetryDelay());
    }
    Duration delay = Duration.ofNanos((long) (next.toNanos() * context.random()));
    next = shorter(next.multipliedBy(GROWTH), longestAfter(code));
    return delay;
  }

  /** It limits the delay after the next error, of whatever kind that is; this one's is drawn. */
  private Duration longestAfter(int code) {
    boolean isShortage =
        code == FdbError.COMMIT_PROXY_MEMORY_LIMIT_EXCEEDED.code()
            || code == FdbError.GRV_PROXY_MEMORY_LIMIT_EXCEEDED.code();
    return isShortage ? LONGEST_AFTER_SHORTAGE : settings.maxRetryDelay();
  }

  private static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }
}
