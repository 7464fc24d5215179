package io.github.grpconce.embedded.internal.nativeapi;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.FDBException;
import com.apple.foundationdb.MutationType;
import com.apple.foundationdb.Transaction;
import com.apple.foundationdb.TransactionOptions;
import io.github.grpconce.embedded.Awaited;
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
 * Which values options take: the others fail the next operation, and a database's all that come.
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
      TestStore.open(
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

  @ParameterizedTest
  @CsvSource({"10, 0, 2147483647", "20, 0, 1000000", "900, 0, 100"})
  void databasesNumber_hasItsLimits(int option, long least, long most) {
    database.options().getOptionConsumer().setOption(option, bytes(least));
    database.options().getOptionConsumer().setOption(option, bytes(most));
    assertTaken(options -> {});
    database.options().getOptionConsumer().setOption(option, bytes(least - 1));
    assertRefused(options -> {});
  }

  /** The client of a cluster: it has to be opened again. */
  @Test
  void databaseOption_thatIsRefused_failsWhateverIsAskedOfItFromThenOn() {
    Transaction before = database.createTransaction();
    Awaited.join(time, before.getReadVersion());

    database.options().setMaxWatches(1_000_001);
    database.options().setMaxWatches(1_000_000);

    assertEquals(INVALID_VALUE, ErrorCode.of(time, before.getReadVersion()));
    assertEquals(INVALID_VALUE, ErrorCode.of(time, before.get(KEY)));
    try (Transaction tr = database.createTransaction()) {
      tr.set(KEY, KEY);
      assertEquals(INVALID_VALUE, ErrorCode.of(time, tr.getApproximateSize()));
      assertEquals(INVALID_VALUE, ErrorCode.of(time, tr.watch(KEY)));
      assertEquals(INVALID_VALUE, ErrorCode.of(time, tr.getVersionstamp()));
      assertEquals(INVALID_VALUE, ErrorCode.of(time, tr.commit()));
      tr.cancel();
      assertEquals(INVALID_VALUE, ErrorCode.of(time, tr.get(KEY)), "sooner than cancelled");
    }
    Transaction next = Awaited.join(time, before.onError(new FDBException("not committed", 1020)));
    assertEquals(INVALID_VALUE, ErrorCode.of(time, next.get(KEY)));
    next.close();
  }

  @Test
  void databaseOption_thatNobodyKnows_throwsAndChangesNothing() {
    FDBException refusal =
        assertThrows(
            FDBException.class, () -> database.options().getOptionConsumer().setOption(9999, null));
    assertEquals(2007, refusal.getCode());
    assertTaken(options -> {});
  }

  /** A cluster's client ends the process over these. */
  @OnEngineOnly("a client that lives on")
  @Test
  void databaseOptionOfItsTransactions_thatIsRefused_isNoBetter() {
    database.options().setTransactionTimeout(-5);

    assertRefused(options -> {});
  }

  @ParameterizedTest
  @ValueSource(ints = {26, 27})
  void databaseOptionWithoutValue_refusesOne(int option) {
    database.options().getOptionConsumer().setOption(option, null);
    database.options().getOptionConsumer().setOption(option, new byte[0]);
    assertTaken(options -> {});
    database.options().getOptionConsumer().setOption(option, new byte[1]);
    assertRefused(options -> {});
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        10, 20, 23, 30, 40, 50, 51, 52, 200, 201, 400, 406, 505, 600, 601, 700, 701, 702, 710, 711,
        713, 1000, 1100
      })
  void optionWithoutValue_refusesOne(int option) {
    assertTaken(options -> options.getOptionConsumer().setOption(option, new byte[0]));
    assertRefused(options -> options.getOptionConsumer().setOption(option, new byte[1]));
  }

  @Test
  void valuesOfOtherKinds_haveTheirLimits() {
    int fieldLength = 405;
    int idempotencyId = 504;
    int span = 900;

    assertTaken(options -> options.getOptionConsumer().setOption(fieldLength, bytes(-1)));
    assertRefused(options -> options.getOptionConsumer().setOption(fieldLength, bytes(0)));
    assertTaken(options -> options.getOptionConsumer().setOption(idempotencyId, new byte[16]));
    assertEquals(
        2007,
        readError(options -> options.getOptionConsumer().setOption(idempotencyId, new byte[15])));
    assertRefused(options -> options.getOptionConsumer().setOption(idempotencyId, null));
    assertRefused(options -> options.getOptionConsumer().setOption(span, new byte[32]));
    assertEquals(2007, readError(options -> options.setUseGrvCache()));
  }

  @Test
  void transaction_hasOneDebugIdentifierAndNeedsItForItsLog() {
    int invalidCall = 2000;

    assertTaken(
        options -> {
          options.setDebugTransactionIdentifier("x");
          options.setDebugTransactionIdentifier("x");
          options.setLogTransaction();
        });
    assertEquals(
        invalidCall,
        readError(
            options -> {
              options.setDebugTransactionIdentifier("x");
              options.setDebugTransactionIdentifier("y");
            }));
    assertEquals(invalidCall, readError(options -> options.setLogTransaction()));
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
      assertArrayEquals(STAMP, Awaited.join(time, tr.get(KEY)));
    }
  }

  private static void stamp(Transaction tr) {
    tr.mutate(MutationType.SET_VERSIONSTAMPED_VALUE, KEY, STAMP);
  }

  private void assertTaken(Consumer<TransactionOptions> options) {
    try (Transaction tr = database.createTransaction()) {
      options.accept(tr.options());
      tr.options().setTimeout(0);
      Awaited.join(time, tr.get(KEY));
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
