package io.github.grpconce.embedded.internal.nativeapi;

import io.github.grpconce.embedded.internal.key.EmbeddedException;
import io.github.grpconce.embedded.internal.key.FdbError;
import io.github.grpconce.embedded.internal.key.Keys;
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
  private static final int SHORTEST_IDEMPOTENCY_ID = 16;
  private static final int LONGEST_IDEMPOTENCY_ID = 255;

  /** Of a span's context: trace, span and flags. */
  private static final int SPAN_BYTES = 33;

  // What survives a reset.
  private Duration timeout;
  private int retryLimit;
  private Duration maxRetryDelay;

  // What does not.
  private int sizeLimit;
  private int snapshotReadYourWrites;
  private boolean readYourWritesDisabled;
  private boolean nextWriteWithoutConflict;
  private boolean bypassUnreadable;
  private boolean causalWriteRisky;
  private boolean lockAware;
  private boolean readOnly;
  private boolean readSystemKeys;
  private boolean writeSystemKeys;
  private @Nullable String identifier;
  private final Set<String> tags = new HashSet<>();

  /** What tells the transaction from others, for a fault plan. */
  private @Nullable String label;

  private final DatabaseSettings defaults;

  public TransactionSettings(DatabaseSettings defaults) {
    this.defaults = defaults;
    timeout = defaults.timeout();
    retryLimit = defaults.retryLimit();
    maxRetryDelay =
        defaults.maxRetryDelay() == null ? DEFAULT_MAX_RETRY_DELAY : defaults.maxRetryDelay();
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
    identifier = null;
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

  /** How long the transaction may take; zero for ever. */
  public Duration timeout() {
    return timeout;
  }

  /** How many retries there are at most; -1 for any number. */
  public int retryLimit() {
    return retryLimit;
  }

  public Duration maxRetryDelay() {
    return maxRetryDelay;
  }

  int sizeLimit() {
    return sizeLimit;
  }

  /** Whether snapshot reads see what the transaction wrote. */
  public boolean snapshotsReadOwnWrites() {
    return snapshotReadYourWrites > 0;
  }

  public boolean readYourWritesDisabled() {
    return readYourWritesDisabled;
  }

  public boolean bypassUnreadable() {
    return bypassUnreadable;
  }

  boolean causalWriteRisky() {
    return causalWriteRisky;
  }

  boolean readOnly() {
    return readOnly;
  }

  public @Nullable String label() {
    return label;
  }

  public void label(String label) {
    this.label = label;
  }

  public static boolean isKnown(int code) {
    return isFlag(code) || hasValue(code);
  }

  private static boolean isFlag(int code) {
    return switch (code) {
      case 10, 20, 23, 30, 40, 50, 51, 52, 200, 201, 300, 301, 302, 303, 400, 404, 406, 505 -> true;
      case 600, 601, 700, 701, 702, 710, 711, 712, 713, 714, 1000, 1100, 1101, 1102 -> true;
      default -> false;
    };
  }

  private static boolean hasValue(int code) {
    return switch (code) {
      case 21, 110, 120, 130, 304, 401, 402, 403, 405, 500, 501, 502, 503, 504 -> true;
      case 507, 508, 509, 510, 511, 800, 801, 900, 2000 -> true;
      default -> false;
    };
  }

  /**
   * Checks that an option that is only switched on comes without a value.
   *
   * @throws EmbeddedException 2006
   */
  public static void checkFlag(int code, byte @Nullable [] value) {
    if (isFlag(code)) {
      OptionValues.requireNone(value);
    }
  }

  /**
   * Sets an option that needs nothing but its value.
   *
   * @throws EmbeddedException 2000, 2006, 2007, 2109, 2110
   */
  public void set(int code, byte @Nullable [] value) {
    checkFlag(code, value);
    switch (code) {
      case 10 -> causalWriteRisky = true;
      case 30 -> nextWriteWithoutConflict = true;
      case READ_YOUR_WRITES_DISABLE -> readYourWritesDisabled = true;
      case 301 -> {
        readSystemKeys = true;
        writeSystemKeys = true;
      }
      case 302 -> readSystemKeys = true;
      case 401 -> label = value == null ? label : OptionValues.text(value);
      case 402, 403 -> identify(OptionValues.text(value, 1, LONGEST_IDENTIFIER));
      case 404 -> requireIdentifier();
      case 405 -> OptionValues.requireFieldLength(value);
      case TIMEOUT -> timeout = milliseconds(value);
      case 501 -> retryLimit = OptionValues.number(value, -1, Integer.MAX_VALUE);
      case 502 -> maxRetryDelay = milliseconds(value);
      case 503 ->
          sizeLimit = OptionValues.number(value, SMALLEST_SIZE_LIMIT, TRANSACTION_SIZE_LIMIT);
      case 504 -> checkIdempotencyId(OptionValues.bytes(value));
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
      case 800, 801 -> addTag(OptionValues.bytes(value));
      case 900 -> OptionValues.require(OptionValues.bytes(value).length == SPAN_BYTES);
      case 1100 -> bypassUnreadable = true;
      case 1101 -> throw FdbError.INVALID_OPTION.exception(); // a cache that has to be built in
      default -> {
        // Priorities, tracing, locality and the like mean nothing within one process.
      }
    }
  }

  private static Duration milliseconds(byte @Nullable [] value) {
    return Duration.ofMillis(OptionValues.number(value, 0, Integer.MAX_VALUE));
  }

  private void identify(String name) {
    if (identifier != null && !identifier.equals(name)) {
      throw FdbError.CLIENT_INVALID_OPERATION.exception();
    }
    identifier = name;
    label = name;
  }

  /** A log of a transaction needs a name for it. */
  private void requireIdentifier() {
    if (identifier == null) {
      throw FdbError.CLIENT_INVALID_OPERATION.exception();
    }
  }

  private static void checkIdempotencyId(byte[] id) {
    if (id.length < SHORTEST_IDEMPOTENCY_ID || id.length > LONGEST_IDEMPOTENCY_ID) {
      throw FdbError.INVALID_OPTION.exception();
    }
  }

  private void addTag(byte[] tag) {
    if (tag.length > LONGEST_TAG) {
      throw FdbError.TAG_TOO_LONG.exception();
    }
    if (tags.size() >= MOST_TAGS) { // even if it is one of them
      throw FdbError.TOO_MANY_TAGS.exception();
    }
    label = OptionValues.text(tag);
    tags.add(label);
  }
}
