package io.github.grpconce.embedded.internal.runtime;

import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.Transaction;
import io.github.grpconce.embedded.EmbeddedDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a database's threads have of the thread that asked first: nothing. */
@Timeout(60)
final class OwnThreadsTest {
  private static final InheritableThreadLocal<String> CALLER = new InheritableThreadLocal<>();
  private static final byte[] KEY = {1};
  private static final long PATIENCE_SECONDS = 30;

  /** What a task finds. */
  private record Found(String caller, boolean daemon, String thread) {
    static Found here() {
      Thread thread = Thread.currentThread();
      return new Found(CALLER.get(), thread.isDaemon(), thread.getName());
    }
  }

  @BeforeEach
  void setValue() {
    CALLER.set("the first caller's");
  }

  @AfterEach
  void removeValue() {
    CALLER.remove();
  }

  private static Found found(CompletableFuture<Found> where) throws Exception {
    return where.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  private static void assertNothingInherited(Found found) {
    assertNull(found.caller(), found.thread());
    assertTrue(found.daemon(), found.thread());
  }

  @Test
  void poolsThreads_inheritNothing() throws Exception {
    try (Database database = EmbeddedDatabase.inMemory()) {
      List<CompletableFuture<Found>> all = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        all.add(
            database
                .runAsync(tr -> tr.get(KEY))
                .thenApplyAsync(value -> Found.here(), database.getExecutor()));
      }
      for (CompletableFuture<Found> each : all) {
        assertNothingInherited(found(each));
      }
    }
  }

  @Test
  void threadThatHandsOver_inheritsNothing() throws Exception {
    CompletableFuture<Found> where = new CompletableFuture<>();
    Executor noting =
        task -> {
          where.complete(Found.here());
          task.run();
        };
    try (Database database = EmbeddedDatabase.inMemory();
        Transaction transaction = database.createTransaction(noting)) {
      CompletableFuture<byte[]> unused = transaction.get(KEY);

      assertNothingInherited(found(where));
    }
  }

  @Test
  void timersThread_inheritsNothing() throws Exception {
    try (SystemClock timeline = new SystemClock()) {
      CompletableFuture<Found> where = new CompletableFuture<>();

      timeline.schedule(Duration.ZERO, () -> where.complete(Found.here()));

      assertNothingInherited(found(where));
    }
  }

  @Test
  void interruptedCaller_getsItsThread_andStaysInterrupted() throws Exception {
    try (Database database = EmbeddedDatabase.inMemory()) {
      Thread.currentThread().interrupt();
      CompletableFuture<Found> where =
          CompletableFuture.supplyAsync(Found::here, database.getExecutor());

      assertTrue(Thread.interrupted());
      assertNothingInherited(found(where));
    }
  }
}
