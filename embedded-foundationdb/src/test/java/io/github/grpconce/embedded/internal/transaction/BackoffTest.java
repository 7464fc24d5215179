package io.github.grpconce.embedded.internal.transaction;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.FDBException;
import com.apple.foundationdb.Transaction;
import io.github.grpconce.embedded.EmbeddedDatabase;
import io.github.grpconce.embedded.ErrorCode;
import io.github.grpconce.embedded.VirtualTime;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How long {@code onError} waits, as FoundationDB's own client does. */
final class BackoffTest {
  private static final int NOT_COMMITTED = 1020;
  private static final int TOO_OLD = 1007;
  private static final int FUTURE_VERSION = 1009;
  private static final int NO_MEMORY_TO_COMMIT = 1042;
  private static final int NO_MEMORY_FOR_READ_VERSIONS = 1078;

  /** So often doubled, ten milliseconds are above half a minute. */
  private static final int DOUBLED_ABOVE_ALL_LIMITS = 12;

  /** Draws the middle of each range. */
  private static final RandomGenerator HALF = () -> Long.MIN_VALUE;

  private final VirtualTime time = new VirtualTime();
  private final Database database =
      EmbeddedDatabase.newBuilder().timeline(time).executor(time).random(HALF).build();
  private Transaction tr = database.createTransaction();

  /** The longest delay that could have been drawn after this error. */
  private Duration longestAfter(int code) {
    return waitAfter(code).multipliedBy(2);
  }

  private Duration waitAfter(int code) {
    long before = time.nanoTime();
    tr = time.join(tr.onError(new FDBException("scripted", code)));
    return Duration.ofNanos(time.nanoTime() - before);
  }

  private void fail(int times, int code) {
    for (int i = 0; i < times; i++) {
      waitAfter(code);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {NOT_COMMITTED, NO_MEMORY_TO_COMMIT, NO_MEMORY_FOR_READ_VERSIONS})
  void eachError_doublesTheDelayAfterTheNext(int code) {
    assertEquals(Duration.ofMillis(10), longestAfter(code));
    assertEquals(Duration.ofMillis(20), longestAfter(code));
    assertEquals(Duration.ofMillis(40), longestAfter(code));
  }

  @Test
  void delay_isAtMostASecond() {
    fail(DOUBLED_ABOVE_ALL_LIMITS, NOT_COMMITTED);

    assertEquals(Duration.ofSeconds(1), longestAfter(NOT_COMMITTED));
  }

  @Test
  void delay_isAtMostWhatTheOptionSays() {
    tr.options().setMaxRetryDelay(30);

    assertEquals(Duration.ofMillis(10), longestAfter(NOT_COMMITTED));
    assertEquals(Duration.ofMillis(20), longestAfter(NOT_COMMITTED));
    assertEquals(Duration.ofMillis(30), longestAfter(NOT_COMMITTED));
  }

  @ParameterizedTest
  @ValueSource(ints = {NO_MEMORY_TO_COMMIT, NO_MEMORY_FOR_READ_VERSIONS})
  void delayAfterAShortageOfMemory_isAtMostHalfAMinute_whateverTheOptionSays(int code) {
    tr.options().setMaxRetryDelay(30);
    fail(DOUBLED_ABOVE_ALL_LIMITS, code);

    assertEquals(Duration.ofSeconds(30), longestAfter(code));
  }

  @Test
  void retryLimit_isHowManyTriesFollowTheFirst() {
    tr.options().setRetryLimit(2);
    fail(2, NOT_COMMITTED);

    assertEquals(
        NOT_COMMITTED, ErrorCode.of(time, tr.onError(new FDBException("scripted", NOT_COMMITTED))));
  }

  /** The limit is that of the next error's delay. */
  @Test
  void delayAfterTheShortageIsOver_isLimitedByTheOptionFromTheSecondErrorOn() {
    fail(DOUBLED_ABOVE_ALL_LIMITS, NO_MEMORY_TO_COMMIT);

    assertEquals(Duration.ofSeconds(30), longestAfter(NOT_COMMITTED));
    assertEquals(Duration.ofSeconds(1), longestAfter(NOT_COMMITTED));
  }

  @ParameterizedTest
  @ValueSource(ints = {TOO_OLD, FUTURE_VERSION})
  void delayAfterAnOldOrNewVersion_isAlwaysTheSame(int code) {
    fail(DOUBLED_ABOVE_ALL_LIMITS, NO_MEMORY_TO_COMMIT);
    assertEquals(Duration.ofMillis(10), waitAfter(code));

    tr.options().setMaxRetryDelay(3);
    assertEquals(Duration.ofMillis(3), waitAfter(code));
  }
}
