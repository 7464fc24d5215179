package io.github.grpconce.embedded.internal.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.MutationType;
import com.apple.foundationdb.Range;
import com.apple.foundationdb.Transaction;
import io.github.grpconce.embedded.Awaited;
import io.github.grpconce.embedded.EmbeddedDatabase;
import io.github.grpconce.embedded.ErrorCode;
import io.github.grpconce.embedded.VirtualTime;
import io.github.grpconce.embedded.internal.binding.Insides;
import io.github.grpconce.embedded.internal.key.FdbError;
import io.github.grpconce.teststore.OnEngineOnly;
import io.github.grpconce.teststore.StoreTest;
import io.github.grpconce.teststore.TestStore;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What fires a watch, what ends it, and what cannot be watched. */
@StoreTest
final class WatchTest {
  private static final byte[] KEY = {1};
  private static final byte[] OTHER = {2};
  private static final byte[] ONE = {1};
  private static final byte[] SYSTEM_KEY = "\u00ff/x".getBytes(StandardCharsets.ISO_8859_1);

  private final VirtualTime time = new VirtualTime();
  private final Database database =
      TestStore.open(
          () -> EmbeddedDatabase.newBuilder().timeline(time).executor(time).build(),
          time::nanoTime);
  private final Transaction tr = database.createTransaction();

  @Test
  void armedWatch_outlivesItsTransaction() {
    CompletableFuture<Void> watch = tr.watch(KEY);
    Awaited.join(time, tr.commit());
    tr.close();
    time.runReady();
    assertFalse(watch.isDone());

    write(other -> other.set(KEY, ONE));

    Awaited.join(time, watch);
  }

  @OnEngineOnly("a look into the engine")
  @Test
  void changeBetweenReadAndCommit_firesTheWatchWhenItIsArmed() {
    Awaited.join(time, tr.getReadVersion());
    CompletableFuture<Void> watch = tr.watch(KEY);
    write(other -> other.set(KEY, ONE));
    time.runReady();
    assertFalse(watch.isDone());

    Awaited.join(time, tr.commit());

    Awaited.join(time, watch);
    assertEquals(0, watchesThatWait());
  }

  @Test
  void clearOfARange_firesTheWatchesInIt_andNoOthers() {
    write(other -> other.set(KEY, ONE));
    write(other -> other.set(OTHER, ONE));
    CompletableFuture<Void> inside = tr.watch(KEY);
    CompletableFuture<Void> behind = tr.watch(OTHER);
    Awaited.join(time, tr.commit());

    write(other -> other.clear(new byte[] {0}, OTHER));

    Awaited.join(time, inside);
    assertFalse(behind.isDone());
  }

  @OnEngineOnly("a look into the engine")
  @Test
  void cancelledWatch_leavesOthersOfItsKeyAlone() {
    CompletableFuture<Void> one = tr.watch(KEY);
    CompletableFuture<Void> same = tr.watch(KEY);
    Awaited.join(time, tr.commit());
    assertEquals(2, watchesThatWait());
    same.cancel(true);
    assertEquals(1, watchesThatWait(), "nor does a cancelled one take memory");
    write(other -> other.set(OTHER, ONE));
    time.runReady();
    assertFalse(one.isDone(), "another key, and another watch's end");

    write(other -> other.set(KEY, ONE));

    Awaited.join(time, one);
  }

  @Test
  void ownAtomicOperation_firesAtOnce_asNobodyKnowsItsResult() {
    Awaited.join(time, tr.get(KEY));
    CompletableFuture<Void> watch = tr.watch(KEY);
    tr.mutate(MutationType.ADD, KEY, new byte[] {0});

    assertFires(watch);
  }

  @Test
  void ownClear_firesIfThereWasAValue() {
    write(other -> other.set(KEY, ONE));
    Awaited.join(time, tr.get(KEY));
    Awaited.join(time, tr.get(OTHER));
    CompletableFuture<Void> present = tr.watch(KEY);
    CompletableFuture<Void> absent = tr.watch(OTHER);
    tr.clear(new Range(KEY, new byte[] {3}));

    assertFires(present);
    assertFalse(absent.isDone());
  }

  @Test
  void ownWriteOfTheSameValue_firesNothing_butTheNextOneMay() {
    write(other -> other.set(KEY, ONE));
    Awaited.join(time, tr.get(KEY));
    CompletableFuture<Void> watch = tr.watch(KEY);
    tr.set(KEY, ONE);
    time.runReady();
    assertFalse(watch.isDone());
    tr.set(KEY, OTHER);

    assertFires(watch);
  }

  private void assertFires(CompletableFuture<Void> watch) {
    Awaited.join(time, watch);
  }

  @Test
  void watchOfAnOwnWrite_isKnownAtOnce_soThatACancelLeavesItAlone() {
    tr.set(KEY, ONE);
    CompletableFuture<Void> written = tr.watch(KEY);
    tr.cancel();
    time.runReady();

    assertFalse(written.isDone());
    tr.close();
    assertEquals(1025, code(written));
  }

  @Test
  void watchOfAnOwnAtomicOperation_waitsForTheDatabase_soThatACancelEndsIt() {
    tr.mutate(MutationType.ADD, KEY, ONE);
    CompletableFuture<Void> watch = tr.watch(KEY);
    tr.cancel();

    assertEquals(1025, code(watch));
  }

  @Test
  void watchWhoseValueHasCome_isLeftAloneByACancel() {
    CompletableFuture<Void> watch = tr.watch(KEY);
    Awaited.join(time, tr.get(OTHER));
    tr.cancel();
    time.runReady();

    assertFalse(watch.isDone());
  }

  @Test
  void watchWhoseValueHasCome_endsWithTheNextTry() {
    CompletableFuture<Void> watch = tr.watch(KEY);
    Awaited.join(time, tr.get(OTHER));
    Awaited.join(time, tr.onError(FdbError.NOT_COMMITTED.exception()));

    assertEquals(1025, code(watch));
  }

  @Test
  void watchWhoseValueIsOnItsWay_belongsToTheNextTry_andEndsWithThat() {
    CompletableFuture<Void> watch = tr.watch(KEY);
    Transaction second = Awaited.join(time, tr.onError(FdbError.NOT_COMMITTED.exception()));
    time.runReady();
    assertFalse(watch.isDone());

    Awaited.join(time, second.onError(FdbError.NOT_COMMITTED.exception()));

    assertEquals(1025, code(watch));
  }

  /** All recorded from a cluster: what comes of a watch whose value has not been read yet. */
  @OnEngineOnly("watches that fire at once")
  @ParameterizedTest
  @CsvSource({
    "set, fired",
    "set cancel, 1025",
    "set close, 1025",
    "set set cancel, 1025",
    "set again cancel, fired",
    "set back cancel, fired",
    "set commit, fired",
    "back commit, waiting",
    "add cancel, fired",
    "clear cancel, 1025",
    "clear commit, fired",
    "get set cancel, fired",
    "cancel, 1025"
  })
  void ownWrite_firesAWatchWhenItsValueHasComeOrMustHaveChanged(String calls, String outcome) {
    write(other -> other.set(KEY, ONE));
    CompletableFuture<Void> watch = tr.watch(KEY);
    List.of(calls.split(" ")).forEach(this::call);
    time.runReady();

    String seen = watch.isDone() ? "fired" : "waiting";
    assertEquals(outcome, watch.isCompletedExceptionally() ? "" + code(watch) : seen);
  }

  private void call(String name) {
    switch (name) {
      case "set" -> tr.set(KEY, OTHER);
      case "again" -> tr.set(KEY, new byte[] {3});
      case "back" -> tr.set(KEY, ONE);
      case "add" -> tr.mutate(MutationType.ADD, KEY, new byte[] {0});
      case "clear" -> tr.clear(KEY);
      case "get" -> Awaited.join(time, tr.get(KEY));
      case "commit" -> Awaited.join(time, tr.commit());
      case "cancel" -> tr.cancel();
      default -> tr.close();
    }
  }

  @OnEngineOnly("keys without a prefix")
  @Test
  void whatCannotBeRead_cannotBeWatched() {
    assertEquals(2004, code(tr.watch(SYSTEM_KEY)));
    assertEquals(2004, code(tr.watch(Arrays.copyOf(SYSTEM_KEY, 30_001))));
    assertEquals(2102, code(tr.watch(new byte[10_001])));
    assertFalse(tr.watch(new byte[10_000]).isDone());
    Awaited.join(time, tr.commit());
  }

  @Test
  void withoutReadYourWrites_thereAreNoWatches() {
    tr.options().setReadYourWritesDisable();

    assertEquals(1034, code(tr.watch(KEY)));
  }

  private int watchesThatWait() {
    return Insides.cluster(database).watches().size();
  }

  private void write(Consumer<Transaction> writes) {
    database.run(
        other -> {
          writes.accept(other);
          return null;
        });
  }

  private int code(CompletableFuture<?> answer) {
    return ErrorCode.of(time, answer);
  }
}
