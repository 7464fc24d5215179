package io.github.grpconce.internal.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.apple.foundationdb.Database;
import io.github.grpconce.FaultyDatabase;
import io.github.grpconce.embedded.EmbeddedDatabase;
import io.github.grpconce.teststore.StoreTest;
import io.github.grpconce.teststore.TestStore;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of work that breaks down before the store is asked anything. */
@StoreTest
class StoreLoopTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final Database database = TestStore.open(EmbeddedDatabase::inMemory);
  private final FaultyDatabase faults = new FaultyDatabase(database);
  private final Store store =
      new Store(faults.database(), Duration.ofSeconds(10), System::nanoTime);

  @AfterEach
  void close() {
    assertEquals(0, faults.openTransactions());
    database.close();
  }

  private static Throwable failureOf(CompletableFuture<?> result) {
    return assertThrows(
            CompletionException.class,
            () -> result.orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS).join())
        .getCause();
  }

  @Test
  void workThatThrows_failsItsResult_andLeavesNoTransaction() {
    IllegalStateException mistake = new IllegalStateException("a mistake");

    CompletableFuture<String> result =
        StoreLoop.run(
            store,
            () -> true,
            transaction -> {
              throw mistake;
            });

    assertSame(mistake, failureOf(result));
  }

  @Test
  void storeThatMakesNoTransaction_failsTheResult() {
    faults.failToCreate(FaultyDatabase.error(1109));

    CompletableFuture<String> result =
        StoreLoop.run(store, () -> true, transaction -> new CompletableFuture<>());

    assertEquals("error 1109", failureOf(result).getMessage());
  }
}
