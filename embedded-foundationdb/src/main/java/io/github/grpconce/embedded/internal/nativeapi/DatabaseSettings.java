package io.github.grpconce.embedded.internal.nativeapi;

import io.github.grpconce.embedded.internal.key.EmbeddedException;
import io.github.grpconce.embedded.internal.key.FdbError;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The options of a database: mostly what its transactions begin with. */
public record DatabaseSettings(
    Duration timeout,
    int retryLimit,
    @Nullable Duration maxRetryDelay,
    int sizeLimit,
    int snapshotReadYourWrites,
    boolean bypassUnreadable,
    int maxWatches) {
  private static final int DEFAULT_MAX_WATCHES = 10_000;
  private static final int MOST_WATCHES = 1_000_000;

  public static final DatabaseSettings DEFAULT =
      new DatabaseSettings(
          Duration.ZERO,
          -1,
          null,
          TransactionSettings.TRANSACTION_SIZE_LIMIT,
          1,
          false,
          DEFAULT_MAX_WATCHES);

  private static boolean isKnown(int code) {
    return switch (code) {
      case 10,
          20,
          21,
          22,
          26,
          27,
          405,
          500,
          501,
          502,
          503,
          504,
          505,
          506,
          700,
          701,
          702,
          800,
          900 ->
          true;
      default -> false;
    };
  }

  /**
   * These settings with one option set.
   *
   * @throws EmbeddedException 2006, 2007
   */
  public DatabaseSettings with(int code, byte @Nullable [] value) {
    if (!isKnown(code)) {
      throw FdbError.INVALID_OPTION.exception();
    }
    TransactionSettings changed = new TransactionSettings(this);
    switch (code) {
      case 500, 501, 502, 503 -> changed.set(code, value);
      case 700 -> changed.set(1100, null);
      default -> {
        // The rest either concerns watches and snapshots, below, or means nothing in one process.
      }
    }
    return new DatabaseSettings(
        changed.timeout,
        changed.retryLimit,
        changed.maxRetryDelay,
        changed.sizeLimit,
        snapshotReadYourWrites + (code == 26 ? 1 : code == 27 ? -1 : 0),
        changed.bypassUnreadable,
        code == 20 ? TransactionSettings.number(value, 0, MOST_WATCHES) : maxWatches);
  }
}
