package io.github.grpconce.embedded;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.FDBException;
import com.apple.foundationdb.MutationType;
import com.apple.foundationdb.Range;
import com.apple.foundationdb.Transaction;
import com.apple.foundationdb.tuple.ByteArrayUtil;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

final class DurableDatabaseTest {
  private static final byte[] KEY = bytes("key");

  @TempDir Path directory;

  @Test
  void reopened_hasWhatEveryKindOfMutationDid() {
    List<String> before;
    try (Database database = EmbeddedDatabase.open(directory)) {
      database.run(
          tr -> {
            tr.set(bytes("a"), bytes("1"));
            tr.set(bytes("b"), bytes("2"));
            tr.set(bytes("c"), bytes("3"));
            tr.mutate(MutationType.ADD, bytes("sum"), new byte[] {7, 0});
            return null;
          });
      database.run(
          tr -> {
            tr.clear(bytes("b"));
            tr.mutate(MutationType.ADD, bytes("sum"), new byte[] {(byte) 250, 0});
            tr.mutate(MutationType.COMPARE_AND_CLEAR, bytes("c"), bytes("3"));
            tr.mutate(MutationType.SET_VERSIONSTAMPED_VALUE, bytes("stamp"), new byte[14]);
            return null;
          });
      database.run(
          tr -> {
            tr.set(bytes("x1"), bytes(""));
            tr.set(bytes("x2"), bytes(""));
            tr.clear(Range.startsWith(bytes("x")));
            return null;
          });
      before = contents(database);
    }
    assertEquals(3, before.size());
    try (Database database = EmbeddedDatabase.open(directory)) {
      assertEquals(before, contents(database));
    }
  }

  @Test
  void newDirectory_beginsAsANewDatabaseDoes() {
    VirtualTime time = new VirtualTime();
    try (Database inMemory = EmbeddedDatabase.newBuilder().timeline(time).build();
        Database durable =
            EmbeddedDatabase.newBuilder().timeline(time).directory(directory).build()) {
      assertEquals(readVersion(inMemory), readVersion(durable));
    }
  }

  @Test
  void closed_hasNothingMoreToDo() {
    VirtualTime time = new VirtualTime();
    EmbeddedDatabase.newBuilder()
        .timeline(time)
        .executor(time)
        .directory(directory)
        .build()
        .close();

    assertEquals(0, time.waiting());
  }

  @Test
  @Timeout(value = 1, unit = TimeUnit.MINUTES)
  void closed_leavesNoThreadBehind_whateverItsTransactionsWaitFor() throws InterruptedException {
    assertLeavesNoTimer(EmbeddedDatabase.newBuilder());
    assertLeavesNoTimer(EmbeddedDatabase.newBuilder().directory(directory));
  }

  private static void assertLeavesNoTimer(EmbeddedDatabase.Builder builder)
      throws InterruptedException {
    Set<Thread> before = timers();
    Database database = builder.build();
    database.createTransaction().options().setTimeout(Duration.ofHours(1).toMillis());
    Set<Thread> ours = timers();
    ours.removeAll(before);
    assertEquals(1, ours.size());
    Thread timer = ours.iterator().next();
    assertTrue(timer.isDaemon(), "or the process would not end");
    database.close();
    timer.join();
  }

  private static Set<Thread> timers() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("embedded-foundationdb-timer"))
        .collect(Collectors.toSet());
  }

  @Test
  void reopened_goesOnWithLargerVersions() {
    long read;
    long committed;
    VirtualTime time = new VirtualTime();
    try (Database database =
        EmbeddedDatabase.newBuilder().directory(directory).timeline(time).build()) {
      committed = commit(database, "1");
      time.advance(Duration.ofHours(1));
      read = readVersion(database);
    }
    assertTrue(read > committed);
    try (Database database = EmbeddedDatabase.open(directory)) {
      assertTrue(readVersion(database) > read);
      assertTrue(commit(database, "2") > read);
    }
  }

  @Test
  void checkpoint_keepsTheContents() throws IOException {
    List<String> before;
    try (Database database =
        EmbeddedDatabase.newBuilder().directory(directory).checkpointBytes(10_000).build()) {
      for (int i = 0; i < 10; i++) {
        byte[] old = bytes("old " + i);
        database.run(
            tr -> {
              tr.set(old, old);
              return null;
            });
      }
      for (int i = 0; !hasCheckpoint(); i++) {
        commit(database, "value " + i);
      }
      before = contents(database);
    }
    try (Database database = EmbeddedDatabase.open(directory)) {
      assertEquals(before, contents(database));
    }
  }

  @Test
  @Timeout(60)
  void checkpoint_takesThePlaceOfTheLogBeforeIt() throws IOException {
    try (Database database =
        EmbeddedDatabase.newBuilder().directory(directory).checkpointBytes(10_000).build()) {
      Path firstLog = onlyLog();
      for (int i = 0; Files.exists(firstLog); i++) {
        commit(database, "value " + i);
      }
      assertTrue(hasCheckpoint());
    }
  }

  private Path onlyLog() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      List<Path> logs =
          files.filter(file -> file.getFileName().toString().startsWith("log-")).toList();
      assertEquals(1, logs.size());
      return logs.get(0);
    }
  }

  @Test
  void open_directoryInUse_isRefusedUntilClosed() {
    try (Database database = EmbeddedDatabase.open(directory)) {
      commit(database, "1");
      IllegalStateException refusal =
          assertThrows(IllegalStateException.class, () -> EmbeddedDatabase.open(directory));
      assertTrue(refusal.getMessage().contains("is in use by this process"), refusal.getMessage());
    }
    EmbeddedDatabase.open(directory).close();
  }

  @Test
  void closed_refusesCommitsAndTransactions_andCanBeClosedAgain() {
    Database database = EmbeddedDatabase.open(directory);
    try (Transaction begun = database.createTransaction()) {
      begun.set(KEY, bytes("1"));
      database.close();

      CompletionException refusal =
          assertThrows(CompletionException.class, () -> begun.commit().join());
      assertEquals(1510, ((FDBException) refusal.getCause()).getCode());
      assertEquals("the log is closed", refusal.getCause().getMessage());
    }
    assertThrows(IllegalStateException.class, database::createTransaction);
    database.close();
  }

  @Test
  void closedInMemory_refusesTransactions() {
    Database database = EmbeddedDatabase.inMemory();
    commit(database, "1");
    database.close();

    assertThrows(IllegalStateException.class, database::createTransaction);
    assertThrows(IllegalStateException.class, () -> database.run(tr -> tr.get(KEY).join()));
    assertThrows(IllegalStateException.class, () -> database.runAsync(tr -> tr.get(KEY)));
  }

  private boolean hasCheckpoint() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.anyMatch(file -> file.getFileName().toString().matches("checkpoint-[0-9]+"));
    }
  }

  private static long commit(Database database, String value) {
    try (Transaction tr = database.createTransaction()) {
      tr.set(KEY, bytes(value));
      tr.commit().join();
      assertArrayEquals(bytes(value), database.read(read -> read.get(KEY).join()));
      return tr.getCommittedVersion();
    }
  }

  private static long readVersion(Database database) {
    return database.read(tr -> tr.getReadVersion().join());
  }

  private static List<String> contents(Database database) {
    return database
        .read(tr -> tr.getRange(new byte[0], new byte[] {(byte) 0xff}).asList().join())
        .stream()
        .map(
            row ->
                ByteArrayUtil.printable(row.getKey())
                    + "="
                    + ByteArrayUtil.printable(row.getValue()))
        .toList();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
