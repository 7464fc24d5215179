package io.github.grpconce.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.apple.foundationdb.Database;
import io.github.grpconce.FaultyDatabase;
import io.github.grpconce.embedded.EmbeddedDatabase;
import io.github.grpconce.record.Records;
import io.github.grpconce.teststore.StoreTest;
import io.github.grpconce.teststore.TestStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of work that breaks down before the store is asked anything. */
@StoreTest
class StoreLoopTest {

  private final Database store =
      TestStore.openPrompt(
          () -> EmbeddedDatabase.newBuilder().executor(Runnable::run).build(), () -> 0);
  private final FaultyDatabase faults = new FaultyDatabase(store);
  private final Settings settings =
      new Settings(
          faults.database(),
          Records.in(LedgerServer.RECORDS),
          Runnable::run,
          UnaryOperator::identity,
          new ManualScheduler().service(),
          InstantSource.system(),
          System::nanoTime,
          CallerScope.shared(),
          new UnidentifiedRetries(),
          new UnfinishedSteps(),
          new CallMemory(1),
          new Settings.StepsMode(
              new Leasing(Duration.ofSeconds(10), 100),
              false,
              Duration.ofMinutes(1),
              (context, method, scope, headers) -> context,
              () -> "owner",
              new StepsLog(System::nanoTime)),
          new Settings.Limits(
              1,
              1,
              1,
              Duration.ZERO,
              Duration.ofMinutes(1),
              Duration.ofSeconds(10),
              Duration.ZERO));

  @AfterEach
  void close() {
    assertEquals(0, faults.openTransactions());
    store.close();
  }

  @Test
  void workThatThrows_failsItsResult_andLeavesNoTransaction() {
    IllegalStateException mistake = new IllegalStateException("a mistake");

    CompletableFuture<String> result =
        StoreLoop.run(
            settings,
            () -> true,
            transaction -> {
              throw mistake;
            });

    assertSame(mistake, assertThrows(CompletionException.class, result::join).getCause());
  }

  @Test
  void storeThatMakesNoTransaction_failsTheResult() {
    faults.failToCreate(FaultyDatabase.error(1109));

    CompletableFuture<String> result =
        StoreLoop.run(settings, () -> true, transaction -> new CompletableFuture<>());

    Throwable failure = assertThrows(CompletionException.class, result::join).getCause();
    assertEquals("error 1109", failure.getMessage());
  }
}
