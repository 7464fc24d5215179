package io.github.grpconce.embedded.internal.nativeapi;

import io.github.grpconce.embedded.internal.key.EmbeddedException;
import io.github.grpconce.embedded.internal.key.FdbError;
import io.github.grpconce.embedded.internal.key.Keys;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The options of one transaction. Codes and limits are those of FoundationDB's {@code fdb.options}.
 *
 * <p>Timeout, retry limit and maximum delay survive a reset; all others are forgotten. Not
 * thread-safe.
 */
public final class TransactionSettings {
  public static final int READ_YOUR_WRITES_DISABLE = 51;
  public static final int TIMEOUT = 500;
  static final int TRANSACTION_SIZE_LIMIT = 10_000_000;
  private static final int SMALLEST_SIZE_LIMIT = 32;
  private static final Duration DEFAULT_MAX_RETRY_DELAY = Duration.ofSeconds(1);
  private static final int LONGEST_IDENTIFIER = 100;

  /** What FoundationDB 7.3 refuses more than; its documentation still says 16. */
  private static final int LONGEST_TAG = 255;

  private static final int MOST_TAGS = 5;

  // What survives a reset.
  public Duration timeout = Duration.ZERO;
  public int retryLimit = -1;
  public Duration maxRetryDelay = DEFAULT_MAX_RETRY_DELAY;

  // What does not.
  int sizeLimit = TRANSACTION_SIZE_LIMIT;
  public int snapshotReadYourWrites;
  public boolean readYourWritesDisabled;
  boolean nextWriteWithoutConflict;
  public boolean bypassUnreadable;
  boolean causalWriteRisky;
  boolean lockAware;
  boolean readOnly;
  boolean readSystemKeys;
  boolean writeSystemKeys;
  private final Set<String> tags = new HashSet<>();

  /** What tells the transaction from others, for a fault plan. */
  public @Nullable String label;

  private final DatabaseSettings defaults;

  public TransactionSettings(DatabaseSettings defaults) {
    this.defaults = defaults;
    timeout = defaults.timeout();
    retryLimit = defaults.retryLimit();
    maxRetryDelay = defaults.maxRetryDelay() == null ? maxRetryDelay : defaults.maxRetryDelay();
    reset();
  }

  public void reset() {
    sizeLimit = defaults.sizeLimit();
    snapshotReadYourWrites = defaults.snapshotReadYourWrites();
    bypassUnreadable = defaults.bypassUnreadable();
    readYourWritesDisabled = false;
    nextWriteWithoutConflict = false;
    causalWriteRisky = false;
    lockAware = false;
    readOnly = false;
    readSystemKeys = false;
    writeSystemKeys = false;
    tags.clear();
  }

  /** Whether the next write conflicts; asking uses the option up. */
  public boolean takeNextWriteConflict() {
    boolean conflict = !nextWriteWithoutConflict;
    nextWriteWithoutConflict = false;
    return conflict;
  }

  public byte[] maxReadKey() {
    return readSystemKeys ? Keys.END : Keys.USER_END;
  }

  public byte[] maxWriteKey() {
    return writeSystemKeys ? Keys.END : Keys.USER_END;
  }

  public static boolean isKnown(int code) {
    return switch (code) {
      case 10,
          20,
          21,
          23,
          30,
          40,
          50,
          51,
          52,
          110,
          120,
          130,
          200,
          201,
          300,
          301,
          302,
          303,
          304,
          400,
          401,
          402,
          403,
          404,
          405,
          406,
          500,
          501,
          502,
          503,
          504,
          505,
          507,
          508,
          509,
          510,
          511,
          600,
          601,
          700,
          701,
          702,
          710,
          711,
          712,
          713,
          714,
          800,
          801,
          900,
          1000,
          1100,
          1101,
          1102,
          2000 ->
          true;
      default -> false;
    };
  }

  /**
   * Sets an option that needs nothing but its value.
   *
   * @throws EmbeddedException 2006, 2109, 2110
   */
  public void set(int code, byte @Nullable [] value) {
    switch (code) {
      case 10 -> causalWriteRisky = true;
      case 30 -> nextWriteWithoutConflict = true;
      case READ_YOUR_WRITES_DISABLE -> readYourWritesDisabled = true;
      case 301 -> {
        readSystemKeys = true;
        writeSystemKeys = true;
      }
      case 302 -> readSystemKeys = true;
      case 401 -> label = value == null ? label : text(value);
      case 402, 403 -> label = identifier(value);
      case TIMEOUT -> timeout = Duration.ofMillis(number(value, 0, Integer.MAX_VALUE));
      case 501 -> retryLimit = number(value, -1, Integer.MAX_VALUE);
      case 502 -> maxRetryDelay = Duration.ofMillis(number(value, 0, Integer.MAX_VALUE));
      case 503 -> sizeLimit = number(value, SMALLEST_SIZE_LIMIT, TRANSACTION_SIZE_LIMIT);
      case 600 -> snapshotReadYourWrites++;
      case 601 -> snapshotReadYourWrites--;
      case 700 -> {
        lockAware = true;
        readOnly = false;
      }
      case 702 -> {
        readOnly |= !lockAware; // to be able to read a locked database is not to write to it
        lockAware = true;
      }
      case 800, 801 -> addTag(value);
      case 1100 -> bypassUnreadable = true;
      default -> {
        // Priorities, tracing, locality and the like mean nothing within one process.
      }
    }
  }

  private static String identifier(byte @Nullable [] value) {
    if (value == null || value.length == 0 || value.length > LONGEST_IDENTIFIER) {
      throw FdbError.INVALID_OPTION_VALUE.exception();
    }
    return text(value);
  }

  private void addTag(byte @Nullable [] value) {
    if (value == null) {
      throw FdbError.INVALID_OPTION_VALUE.exception();
    }
    if (value.length > LONGEST_TAG) {
      throw FdbError.TAG_TOO_LONG.exception();
    }
    if (tags.size() >= MOST_TAGS) { // even if it is one of them
      throw FdbError.TOO_MANY_TAGS.exception();
    }
    label = text(value);
    tags.add(label);
  }

  private static String text(byte[] value) {
    return new String(value, StandardCharsets.UTF_8);
  }

  /** Integers arrive as eight bytes, little endian. */
  static int number(byte @Nullable [] value, int least, int most) {
    if (value == null || value.length != Long.BYTES) {
      throw FdbError.INVALID_OPTION_VALUE.exception();
    }
    long number = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN).getLong();
    if (number < least || number > most) {
      throw FdbError.INVALID_OPTION_VALUE.exception();
    }
    return (int) number;
  }
}
