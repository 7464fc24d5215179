package io.github.grpconce.embedded.internal.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.KeySelector;
import com.apple.foundationdb.KeyValue;
import com.apple.foundationdb.Range;
import com.apple.foundationdb.StreamingMode;
import com.apple.foundationdb.Transaction;
import com.apple.foundationdb.async.AsyncIterable;
import com.apple.foundationdb.async.AsyncIterator;
import io.github.grpconce.embedded.EmbeddedDatabase;
import io.github.grpconce.embedded.VirtualTime;
import io.github.grpconce.embedded.internal.key.FdbError;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/** Futures are completed as fdb-java does it: later, on the transaction's executor. */
@Timeout(60)
final class CompletionsTest {
  private static final byte[] KEY = {1};
  private static final byte[] SYSTEM_KEY = {(byte) 0xff, 1};
  private static final byte[] TOO_LONG = new byte[10_001];
  private static final Range ALL = new Range(new byte[0], new byte[] {(byte) 0xff});
  private static final long PATIENCE_SECONDS = 30;

  private final Database database = EmbeddedDatabase.inMemory();
  private final Held held = new Held();

  /** Keeps its tasks, and who gave them. */
  private static final class Held implements Executor {
    final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    final Queue<Thread> givers = new ConcurrentLinkedQueue<>();

    @Override
    public void execute(Runnable task) {
      givers.add(Thread.currentThread());
      tasks.add(task);
    }

    /** Runs what comes, until the future is done. */
    void finish(CompletableFuture<?> future) throws Exception {
      long begun = System.nanoTime();
      while (!future.isDone()) {
        Runnable task = tasks.poll();
        if (task == null) {
          Thread.onSpinWait();
        } else {
          task.run();
        }
        if (System.nanoTime() - begun > TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS)) {
          throw new TimeoutException();
        }
      }
    }
  }

  /** A call, made of a transaction that is prepared for it. */
  private record Call(String name, Function<Transaction, CompletableFuture<?>> made) {}

  private static List<Call> calls() {
    List<Call> calls = new ArrayList<>();
    calls.add(new Call("read", tr -> tr.get(KEY)));
    calls.add(new Call("read of an own write", tr -> written(tr).get(KEY)));
    calls.add(new Call("read of a snapshot", tr -> tr.snapshot().get(KEY)));
    calls.add(new Call("read of a key that is too long", tr -> tr.get(TOO_LONG)));
    calls.add(new Call("read of a system key", tr -> tr.get(SYSTEM_KEY)));
    calls.add(new Call("read after a write of a key that is too long", tr -> tooLong(tr).get(KEY)));
    calls.add(new Call("getKey", tr -> tr.getKey(KeySelector.firstGreaterOrEqual(KEY))));
    calls.add(new Call("read version", Transaction::getReadVersion));
    calls.add(new Call("known read version", tr -> versioned(tr).getReadVersion()));
    calls.add(new Call("asList", tr -> tr.getRange(ALL).asList()));
    calls.add(new Call("asList with a limit", tr -> tr.getRange(ALL, 3).asList()));
    calls.add(new Call("asList, refused", tr -> exact(tr, 0).asList()));
    calls.add(new Call("asList, exact", tr -> exact(tr, 2).asList()));
    calls.add(new Call("onHasNext", tr -> tr.getRange(ALL).iterator().onHasNext()));
    calls.add(new Call("estimated size", tr -> tr.getEstimatedRangeSizeBytes(ALL)));
    calls.add(new Call("inverted size", tr -> tr.getEstimatedRangeSizeBytes(KEY, new byte[0])));
    calls.add(new Call("split points", tr -> tr.getRangeSplitPoints(ALL, 100)));
    calls.add(new Call("approximate size", Transaction::getApproximateSize));
    calls.add(new Call("watch of an own change", CompletionsTest::changedWatch));
    calls.add(new Call("watch, refused", tr -> tr.watch(TOO_LONG)));
    calls.add(new Call("empty commit", Transaction::commit));
    calls.add(new Call("commit", tr -> written(tr).commit()));
    calls.add(new Call("commit, refused", tr -> tooLong(tr).commit()));
    calls.add(new Call("versionstamp", CompletionsTest::stamp));
    calls.add(new Call("onError", tr -> tr.onError(FdbError.NOT_COMMITTED.exception())));
    calls.add(new Call("onError, final", tr -> tr.onError(FdbError.INVERTED_RANGE.exception())));
    calls.add(new Call("read when cancelled", tr -> cancelled(tr).get(KEY)));
    calls.add(new Call("read version when cancelled", tr -> cancelled(tr).getReadVersion()));
    calls.add(new Call("commit when cancelled", tr -> cancelled(tr).commit()));
    calls.add(
        new Call(
            "onError when cancelled",
            tr -> cancelled(tr).onError(FdbError.NOT_COMMITTED.exception())));
    calls.add(new Call("read after commit", tr -> committing(tr).get(KEY)));
    calls.add(new Call("commit after commit", tr -> committing(tr).commit()));
    calls.add(new Call("watch after commit", tr -> committing(tr).watch(KEY)));
    calls.add(new Call("versionstamp after commit", tr -> committing(tr).getVersionstamp()));
    return calls;
  }

  private static Transaction written(Transaction tr) {
    tr.set(KEY, KEY);
    return tr;
  }

  private static Transaction tooLong(Transaction tr) {
    tr.set(TOO_LONG, KEY);
    return tr;
  }

  private static Transaction versioned(Transaction tr) {
    tr.setReadVersion(1);
    return tr;
  }

  private static Transaction cancelled(Transaction tr) {
    tr.cancel();
    return tr;
  }

  private static Transaction committing(Transaction tr) {
    CompletableFuture<Void> unused = tr.commit();
    return tr;
  }

  private static CompletableFuture<?> stamp(Transaction tr) {
    CompletableFuture<byte[]> stamp = written(tr).getVersionstamp();
    CompletableFuture<Void> unused = tr.commit();
    return stamp;
  }

  private static CompletableFuture<?> changedWatch(Transaction tr) {
    CompletableFuture<Void> watch = written(tr).watch(KEY);
    tr.clear(KEY);
    return watch;
  }

  private static AsyncIterable<KeyValue> exact(Transaction tr, int limit) {
    return tr.getRange(ALL, limit, false, StreamingMode.EXACT);
  }

  @AfterEach
  void close() {
    database.close();
  }

  @TestFactory
  Stream<DynamicTest> future_isCompletedByItsExecutorAlone() {
    return calls().stream()
        .map(call -> DynamicTest.dynamicTest(call.name(), () -> isCompletedByItsExecutor(call)));
  }

  private void isCompletedByItsExecutor(Call call) throws Exception {
    Held executor = new Held();
    try (Database fresh = EmbeddedDatabase.inMemory()) {
      CompletableFuture<?> future = call.made().apply(fresh.createTransaction(executor));
      assertFalse(future.isDone(), "nothing has run on the executor");
      executor.finish(future);
      // What a list goes on with is given by the task before it.
      assertNotSame(Thread.currentThread(), executor.givers.peek(), "it asked for the answer");
    }
  }

  /** But for a list's: fdb-java's own loop goes on in the asking thread if a chunk comes fast. */
  @TestFactory
  Stream<DynamicTest> directExecutor_completesInAThreadThatDidNotAsk() {
    return calls().stream()
        .filter(call -> !call.name().equals("asList"))
        .map(call -> DynamicTest.dynamicTest(call.name(), () -> isCompletedElsewhere(call)));
  }

  private static void isCompletedElsewhere(Call call) throws Exception {
    Queue<Thread> threads = new ConcurrentLinkedQueue<>();
    Executor direct =
        task -> {
          threads.add(Thread.currentThread());
          task.run();
        };
    try (Database fresh = EmbeddedDatabase.inMemory()) {
      CompletableFuture<?> future = call.made().apply(fresh.createTransaction(direct));
      future.handle((value, error) -> null).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      assertFalse(threads.isEmpty());
      threads.forEach(thread -> assertNotSame(Thread.currentThread(), thread));
    }
  }

  @Test
  void functionThatIsRunInTransactions_isDoneLater() throws Exception {
    CompletableFuture<String> written =
        database.runAsync(tr -> CompletableFuture.completedFuture("done"), held);
    assertFalse(written.isDone());
    held.finish(written);
    assertEquals("done", written.join());

    CompletableFuture<String> read =
        database.readAsync(tr -> CompletableFuture.completedFuture("read"), held);
    assertFalse(read.isDone());
    held.finish(read);

    CompletableFuture<String> failing =
        database.runAsync(
            tr -> {
              throw new IllegalArgumentException();
            },
            held);
    assertFalse(failing.isDone());
    held.finish(failing);
    assertTrue(failing.isCompletedExceptionally());
  }

  /** As in fdb-java: neither needs the database. */
  @Test
  void whatNeedsNoDatabase_isDoneAtOnce() throws Exception {
    Transaction tr = written(database.createTransaction(held));
    AsyncIterator<KeyValue> rows = tr.getRange(ALL).iterator();
    held.finish(rows.onHasNext());
    assertTrue(rows.onHasNext().isDone(), "a row that has come");
    rows.next();
    assertTrue(rows.onHasNext().isDone(), "no row is left");

    assertTrue(tr.onError(new IllegalArgumentException()).isCompletedExceptionally());
    tr.close();
    assertThrows(IllegalStateException.class, () -> tr.get(KEY));
    assertThrows(IllegalStateException.class, tr::commit);
  }

  @Test
  void atOnce_isAnOption() {
    try (Database fast = EmbeddedDatabase.newBuilder().completeAtOnce(true).build();
        Transaction tr = written(fast.createTransaction(held))) {
      assertTrue(tr.get(KEY).isDone());
      assertTrue(tr.commit().isDone());
      assertTrue(tr.get(KEY).isCompletedExceptionally());
      assertTrue(held.tasks.isEmpty());
    }
  }

  @Test
  void virtualTime_completesInItsTasks_andWhoeverWaitsRunsThem() {
    VirtualTime time = new VirtualTime();
    try (Database virtual = EmbeddedDatabase.newBuilder().timeline(time).executor(time).build()) {
      Transaction tr = written(virtual.createTransaction());
      List<String> order = new ArrayList<>();
      CompletableFuture<?> first = tr.get(KEY).thenRun(() -> order.add("first"));
      CompletableFuture<?> second = tr.getReadVersion().thenRun(() -> order.add("second"));
      CompletableFuture<?> list = tr.getRange(ALL).asList().thenRun(() -> order.add("list"));
      assertFalse(first.isDone() || second.isDone() || list.isDone());

      list.join();

      assertEquals(List.of("first", "second", "list"), order);
      assertEquals(0, time.nanoTime());
    }
  }
}
