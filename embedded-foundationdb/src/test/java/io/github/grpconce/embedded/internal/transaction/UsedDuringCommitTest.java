package io.github.grpconce.embedded.internal.transaction;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.KeySelector;
import com.apple.foundationdb.MutationType;
import com.apple.foundationdb.Transaction;
import io.github.grpconce.embedded.EmbeddedDatabase;
import io.github.grpconce.embedded.ErrorCode;
import io.github.grpconce.embedded.Fault;
import io.github.grpconce.embedded.FaultPlan;
import io.github.grpconce.embedded.FaultPlan.Step;
import io.github.grpconce.embedded.VirtualTime;
import io.github.grpconce.embedded.internal.key.FdbError;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whoever goes on with a transaction that is being committed has made a mistake, which is refused.
 * FoundationDB can fail the commit for it as well; its Java binding always switches that off.
 */
final class UsedDuringCommitTest {
  private static final byte[] KEY = {1};
  private static final byte[] END = {2};
  private static final int USED_DURING_COMMIT = 2017;

  private final VirtualTime time = new VirtualTime();
  private final FaultPlan plan = FaultPlan.seeded(1);
  private final Database database =
      EmbeddedDatabase.newBuilder().timeline(time).executor(time).faultPlan(plan).build();
  private final Transaction tr = database.createTransaction();

  private enum Use {
    GET(tr -> tr.get(KEY)),
    GET_KEY(tr -> tr.getKey(KeySelector.firstGreaterThan(KEY))),
    SNAPSHOT_GET(tr -> tr.snapshot().get(KEY)),
    RANGE(tr -> tr.getRange(KEY, END).asList()),
    SIZE(tr -> tr.getEstimatedRangeSizeBytes(KEY, END)),
    WATCH(tr -> tr.watch(KEY)),
    VERSIONSTAMP(Transaction::getVersionstamp),
    COMMIT(Transaction::commit),
    SET(withoutAnswer(tr -> tr.set(KEY, KEY))),
    CLEAR(withoutAnswer(tr -> tr.clear(KEY))),
    MUTATE(withoutAnswer(tr -> tr.mutate(MutationType.ADD, KEY, KEY))),
    READ_CONFLICT(withoutAnswer(tr -> tr.addReadConflictKey(KEY))),
    WRITE_CONFLICT(withoutAnswer(tr -> tr.addWriteConflictKey(KEY)));

    @SuppressWarnings("ImmutableEnumChecker") // functions without a state
    private final Function<Transaction, CompletableFuture<?>> use;

    Use(Function<Transaction, CompletableFuture<?>> use) {
      this.use = use;
    }

    private static Function<Transaction, CompletableFuture<?>> withoutAnswer(
        Consumer<Transaction> use) {
      return tr -> {
        use.accept(tr);
        return tr.getReadVersion(); // the next one that has an answer
      };
    }
  }

  @ParameterizedTest
  @EnumSource
  void useDuringTheCommit_failsAlone(Use mistake) {
    CompletableFuture<Void> commit = slowCommit();
    assertEquals(USED_DURING_COMMIT, code(mistake.use.apply(tr)));

    time.join(commit);
    assertArrayEquals(KEY, time.join(database.createTransaction().get(KEY)));
  }

  @ParameterizedTest
  @EnumSource
  void useAfterTheCommit_isRefusedUntilTheNextTry(Use mistake) {
    tr.set(KEY, KEY);
    time.join(tr.commit());
    assertTrue(time.join(tr.getReadVersion()) > 0, "that is no use");
    assertEquals(USED_DURING_COMMIT, code(mistake.use.apply(tr)));

    Transaction next = time.join(tr.onError(FdbError.NOT_COMMITTED.exception()));
    assertArrayEquals(KEY, time.join(next.get(KEY)));
  }

  @Test
  void useDuringTheCommit_leavesTheReadsAloneThatAreStillUnderWay() {
    plan.at(Step.READ).once().inject(Fault.latency(Duration.ofSeconds(1)));
    CompletableFuture<byte[]> read = tr.get(KEY);
    tr.set(KEY, KEY);
    CompletableFuture<Void> commit = tr.commit();
    tr.clear(KEY);

    assertNull(time.join(read));
    time.join(commit);
    assertArrayEquals(KEY, time.join(database.createTransaction().get(KEY)));
  }

  private CompletableFuture<Void> slowCommit() {
    plan.at(Step.COMMIT).once().inject(Fault.latency(Duration.ofSeconds(1)));
    tr.set(KEY, KEY);
    CompletableFuture<Void> commit = tr.commit();
    assertFalse(commit.isDone());
    return commit;
  }

  private int code(CompletableFuture<?> answer) {
    return ErrorCode.of(time, answer);
  }
}
