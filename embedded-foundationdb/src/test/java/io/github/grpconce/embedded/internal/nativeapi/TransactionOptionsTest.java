package io.github.grpconce.embedded.internal.nativeapi;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.FDBException;
import com.apple.foundationdb.MutationType;
import com.apple.foundationdb.Transaction;
import com.apple.foundationdb.TransactionOptions;
import io.github.grpconce.embedded.EmbeddedDatabase;
import io.github.grpconce.embedded.ErrorCode;
import io.github.grpconce.embedded.Fault;
import io.github.grpconce.embedded.FaultPlan;
import io.github.grpconce.embedded.FaultPlan.Step;
import io.github.grpconce.embedded.VirtualTime;
import io.github.grpconce.teststore.OnEngineOnly;
import io.github.grpconce.teststore.StoreTest;
import io.github.grpconce.teststore.TestStore;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Which values options take: the others fail the next operation, and a database's option at once.
 */
@StoreTest
final class TransactionOptionsTest {
  private static final byte[] KEY = {1};
  private static final byte[] STAMP = new byte[14];
  private static final int TIMEOUT = 500;
  private static final int INVALID_VALUE = 2006;

  private final VirtualTime time = new VirtualTime();
  private final FaultPlan plan = FaultPlan.seeded(1);
  private final Database database =
      TestStore.openPrompt(
          () -> EmbeddedDatabase.newBuilder().timeline(time).executor(time).faultPlan(plan).build(),
          time::nanoTime);

  @ParameterizedTest
  @CsvSource({
    "500, 0, 2147483647",
    "501, -1, 2147483647",
    "502, 0, 2147483647",
    "503, 32, 10000000"
  })
  void number_hasItsLimits(int option, long least, long most) {
    assertTaken(options -> options.getOptionConsumer().setOption(option, bytes(least)));
    assertTaken(options -> options.getOptionConsumer().setOption(option, bytes(most)));
    assertRefused(options -> options.getOptionConsumer().setOption(option, bytes(least - 1)));
    assertRefused(options -> options.getOptionConsumer().setOption(option, bytes(most + 1)));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 4, 7, 9})
  void number_hasEightBytes(int length) {
    assertRefused(options -> options.getOptionConsumer().setOption(TIMEOUT, new byte[length]));
  }

  @Test
  void number_isRequired() {
    assertRefused(options -> options.getOptionConsumer().setOption(TIMEOUT, null));
  }

  /** A cluster's client says so when a transaction is used. */
  @OnEngineOnly("an error at once")
  @Test
  void databaseOption_thatIsRefused_throwsAtOnce() {
    FDBException refusal =
        assertThrows(FDBException.class, () -> database.options().setMaxWatches(1_000_001));
    assertEquals(INVALID_VALUE, refusal.getCode());
    database.options().setMaxWatches(1_000_000);
  }

  @Test
  void debugIdentifier_hasUpToAHundredBytes() {
    assertTaken(options -> options.setDebugTransactionIdentifier("x"));
    assertTaken(options -> options.setDebugTransactionIdentifier("x".repeat(100)));
    assertRefused(options -> options.setDebugTransactionIdentifier("x".repeat(101)));
    assertRefused(options -> options.setDebugTransactionIdentifier(""));
  }

  @OnEngineOnly("a fault plan")
  @Test
  void label_isWhatAnOptionSays() {
    plan.at(Step.READ).label("charge").inject(Fault.error(1037));

    assertEquals(1037, readError(options -> options.setDebugTransactionIdentifier("charge")));
    assertEquals(1037, readError(options -> options.setTag("charge")));
    assertEquals(1037, readError(options -> options.setAutoThrottleTag("charge")));
    assertEquals(1037, readError(options -> options.setDebugRetryLogging("charge")));
    assertTaken(options -> options.setTag("refund"));
  }

  @OnEngineOnly("a fault plan")
  @Test
  void retryLoggingWithoutAName_leavesTheLabel() {
    plan.at(Step.READ).label("charge").inject(Fault.error(1037));

    assertEquals(
        1037,
        readError(
            options -> {
              options.setTag("charge");
              options.getOptionConsumer().setOption(401, null);
            }));
  }

  @Test
  void unreadableKeys_areReadByWhoAsksForIt_orIfTheDatabaseSaysSo() {
    assertEquals(1036, readError(options -> {}, TransactionOptionsTest::stamp));
    assertEquals(
        1036,
        readError(
            options -> database.options().setTransactionBypassUnreadable(),
            TransactionOptionsTest::stamp),
        "begun before");
    try (Transaction tr = database.createTransaction()) {
      stamp(tr);
      assertArrayEquals(STAMP, time.join(tr.get(KEY)));
    }
  }

  private static void stamp(Transaction tr) {
    tr.mutate(MutationType.SET_VERSIONSTAMPED_VALUE, KEY, STAMP);
  }

  private void assertTaken(Consumer<TransactionOptions> options) {
    try (Transaction tr = database.createTransaction()) {
      options.accept(tr.options());
      tr.options().setTimeout(0);
      time.join(tr.get(KEY));
    }
  }

  private void assertRefused(Consumer<TransactionOptions> options) {
    assertEquals(INVALID_VALUE, readError(options));
  }

  private int readError(Consumer<TransactionOptions> options) {
    return readError(options, tr -> {});
  }

  private int readError(Consumer<TransactionOptions> options, Consumer<Transaction> writes) {
    try (Transaction tr = database.createTransaction()) {
      options.accept(tr.options());
      writes.accept(tr);
      return ErrorCode.of(time, tr.get(KEY));
    }
  }

  private static byte[] bytes(long number) {
    byte[] bytes = new byte[Long.BYTES];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (number >> (Byte.SIZE * i));
    }
    return bytes;
  }
}
