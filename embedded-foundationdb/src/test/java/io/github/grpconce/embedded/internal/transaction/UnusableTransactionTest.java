package io.github.grpconce.embedded.internal.transaction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.Transaction;
import io.github.grpconce.embedded.Awaited;
import io.github.grpconce.embedded.EmbeddedDatabase;
import io.github.grpconce.embedded.ErrorCode;
import io.github.grpconce.embedded.VirtualTime;
import io.github.grpconce.teststore.OnEngineOnly;
import io.github.grpconce.teststore.StoreTest;
import io.github.grpconce.teststore.TestStore;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every operation with a future says of a transaction that can't be used as it is. */
@StoreTest
final class UnusableTransactionTest {
  private static final byte[] KEY = {1};
  private static final byte[] END = {2};

  private final VirtualTime time = new VirtualTime();
  private final Database database =
      TestStore.open(
          () -> EmbeddedDatabase.newBuilder().timeline(time).executor(time).build(),
          time::nanoTime);
  private final Transaction tr = database.createTransaction();

  private enum Call {
    GET(tr -> tr.get(KEY)),
    GET_RANGE(tr -> tr.getRange(KEY, END).asList()),
    READ_VERSION(Transaction::getReadVersion),
    RANGE_SIZE(tr -> tr.getEstimatedRangeSizeBytes(KEY, END)),
    SPLIT_POINTS(tr -> tr.getRangeSplitPoints(KEY, END, 100)),
    WATCH(tr -> tr.watch(KEY)),
    VERSIONSTAMP(Transaction::getVersionstamp),
    COMMIT(Transaction::commit),
    APPROXIMATE_SIZE(Transaction::getApproximateSize);

    @SuppressWarnings("ImmutableEnumChecker") // functions without a state
    private final Function<Transaction, CompletableFuture<?>> begin;

    Call(Function<Transaction, CompletableFuture<?>> begin) {
      this.begin = begin;
    }
  }

  @ParameterizedTest
  @EnumSource
  void cancelled_saysSo(Call call) {
    tr.cancel();

    assertAnswer(call, 1025, call == Call.APPROXIMATE_SIZE);
  }

  @OnEngineOnly("virtual time")
  @ParameterizedTest
  @EnumSource
  void timedOut_saysSo(Call call) {
    tr.options().setTimeout(100);
    time.advance(Duration.ofMillis(101));

    assertAnswer(call, 1031, call == Call.APPROXIMATE_SIZE);
  }

  @ParameterizedTest
  @EnumSource
  void afterAWriteThatWasRefused_saysWhatWasWrong(Call call) {
    tr.set(new byte[10_001], KEY);

    assertAnswer(call, 2102, false);
  }

  @ParameterizedTest
  @EnumSource
  void afterItsCommit_isUsedDuringCommit(Call call) {
    tr.set(KEY, KEY);
    Awaited.join(time, tr.commit());

    boolean answers = call == Call.APPROXIMATE_SIZE || call == Call.READ_VERSION;
    assertAnswer(call, 2017, answers);
  }

  private void assertAnswer(Call call, int code, boolean answers) {
    CompletableFuture<?> answer = call.begin.apply(tr);
    if (answers) {
      assertTrue(Awaited.join(time, answer) instanceof Long);
      return;
    }
    assertEquals(code, ErrorCode.of(time, answer));
  }
}
