package io.github.grpconce.demo.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.apple.foundationdb.Database;
import io.github.grpconce.demo.runtime.AttemptJournal.Counts;
import io.github.grpconce.embedded.EmbeddedDatabase;
import io.github.grpconce.teststore.StoreTest;
import io.github.grpconce.teststore.TestStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

@StoreTest
class AttemptJournalTest {

  private static final int TIMES = 50;

  @Test
  void emptyJournal_hasNoCounts() {
    try (Database database = TestStore.open(EmbeddedDatabase::inMemory)) {
      assertEquals(Map.of(), journal(database).read());
    }
  }

  @Test
  void concurrentCounts_areAllThere() {
    try (Database database = TestStore.open(EmbeddedDatabase::inMemory)) {
      AttemptJournal journal = journal(database);
      List<CompletableFuture<Void>> counted = new ArrayList<>();
      for (int i = 0; i < TIMES; i++) {
        counted.add(journal.countAttempt("Service/Method"));
        counted.add(journal.countReplay("Service/Method"));
        counted.add(journal.countAttempt("Service/Other"));
        counted.add(journal.countAttempt("Service/Other"));
      }
      CompletableFuture.allOf(counted.toArray(CompletableFuture[]::new)).join();

      assertEquals(
          Map.of(
              "Service/Method", new Counts(TIMES, TIMES),
              "Service/Other", new Counts(2 * TIMES, 0)),
          journal(database).read());
    }
  }

  private static AttemptJournal journal(Database database) {
    return new AttemptJournal(database, ServiceSpace.named("test").journal());
  }
}
