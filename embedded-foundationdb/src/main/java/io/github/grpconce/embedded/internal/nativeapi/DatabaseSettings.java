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
  private static final int MOST_PERCENT = 100;

  /** The transactions' option. */
  private static final int BYPASS_UNREADABLE = 1100;

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
      case 10, 20, 21, 22, 26, 27, 405, 500, 501, 502, 503, 504, 505, 506 -> true;
      case 700, 701, 702, 800, 900 -> true;
      default -> false;
    };
  }

  /**
   * Checks that there is such an option.
   *
   * @throws EmbeddedException 2007
   */
  public static void checkKnown(int code) {
    if (!isKnown(code)) {
      throw FdbError.INVALID_OPTION.exception();
    }
  }

  /**
   * These settings with one option set.
   *
   * @throws EmbeddedException 2006
   */
  public DatabaseSettings with(int code, byte @Nullable [] value) {
    TransactionSettings changed = new TransactionSettings(this);
    int watches = maxWatches;
    int snapshots = snapshotReadYourWrites;
    switch (code) {
      case 10 -> OptionValues.number(value, 0, Integer.MAX_VALUE);
      case 20 -> watches = OptionValues.number(value, 0, MOST_WATCHES);
      case 26 -> {
        OptionValues.requireNone(value);
        snapshots++;
      }
      case 27 -> {
        OptionValues.requireNone(value);
        snapshots--;
      }
      case 405, 500, 501, 502, 503 -> changed.set(code, value);
      case 504, 505, 506, 701, 702, 800 -> OptionValues.requireNone(value);
      case 700 -> changed.set(BYPASS_UNREADABLE, value);
      case 900 -> OptionValues.number(value, 0, MOST_PERCENT);
      default -> {
        // Where the client runs means nothing in one process.
      }
    }
    return new DatabaseSettings(
        changed.timeout(),
        changed.retryLimit(),
        changed.maxRetryDelay(),
        changed.sizeLimit(),
        snapshots,
        changed.bypassUnreadable(),
        watches);
  }
}
