package io.github.grpconce.embedded.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CommitLogTest {

  @TempDir Path parent;

  @Test
  void open_directoryThatIsMissing_makesItWithItsParents() {
    Path directory = parent.resolve("a/b/c");
    Ledger ledger = new Ledger();
    try (CommitLog log = open(directory, ledger)) {
      assertEquals(0, log.recoveredVersion());
    }
    assertTrue(Files.isDirectory(directory));
    assertEquals(List.of(), ledger.versions());
  }

  @Test
  void open_afterClose_findsEveryCommitInOrder() {
    List<Long> versions = LongStream.rangeClosed(1, 100).map(n -> n * n).boxed().toList();
    try (CommitLog log = open(parent, new Ledger())) {
      versions.forEach(version -> append(log, version).join());
    }
    Ledger recovered = new Ledger();
    try (CommitLog log = open(parent, recovered)) {
      assertEquals(10_000, log.recoveredVersion());
    }
    assertEquals(versions, recovered.versions());
  }

  @Test
  void append_afterReopening_goesOnWhereTheLogEnded() {
    for (long version = 1; version <= 5; version++) {
      try (CommitLog log = open(parent, new Ledger())) {
        assertEquals(version - 1, log.recoveredVersion());
        append(log, version).join();
      }
    }
    Ledger recovered = new Ledger();
    open(parent, recovered).close();
    assertEquals(List.of(1L, 2L, 3L, 4L, 5L), recovered.versions());
  }

  @Test
  void append_versionThatIsNotNewer_isRefusedAndHarmless() {
    try (CommitLog log = open(parent, new Ledger())) {
      append(log, 7).join();
      assertThrows(IllegalArgumentException.class, () -> append(log, 7));
      append(log, 8).join();
    }
    try (CommitLog log = open(parent, new Ledger())) {
      assertThrows(IllegalArgumentException.class, () -> append(log, 8));
    }
  }

  @Test
  void append_afterClose_isRefused() {
    CommitLog log = open(parent, new Ledger());
    log.close();
    IllegalStateException refusal = assertThrows(IllegalStateException.class, () -> append(log, 1));
    assertEquals("the log is closed", refusal.getMessage());
  }

  @Test
  void close_withCommitsUnderWay_storesThem() {
    List<CompletableFuture<Void>> acknowledgements = new ArrayList<>();
    try (CommitLog log = open(parent, new Ledger())) {
      for (long version = 1; version <= 1_000; version++) {
        acknowledgements.add(append(log, version));
      }
    }
    acknowledgements.forEach(CompletableFuture::join);
    Ledger recovered = new Ledger();
    open(parent, recovered).close();
    assertEquals(1_000, recovered.versions().size());
  }

  @Test
  void checkpoints_whileCommitsGoOn_keepTheDirectorySmallAndLoseNothing() throws IOException {
    LogOptions options = LogOptions.DEFAULT.withCheckpointBytes(20_000);
    Ledger ledger = new Ledger();
    try (CommitLog log = CommitLog.open(parent, options, ledger, ledger::snapshot)) {
      for (long version = 1; version <= 3_000; version++) {
        long acknowledged = version;
        append(log, version).thenRun(() -> ledger.add(acknowledged)).join();
      }
    }
    List<String> files = files();
    assertEquals(1, files.stream().filter(name -> name.startsWith("checkpoint-")).count());
    assertTrue(files.stream().noneMatch(name -> name.startsWith("log-" + "0".repeat(19))));
    Ledger recovered = new Ledger();
    open(parent, recovered).close();
    assertEquals(ledger.versions(), recovered.versions());
  }

  @Test
  void open_withoutSync_survivesTheEndOfTheLog() {
    LogOptions options = LogOptions.DEFAULT.withSync(false);
    Ledger ledger = new Ledger();
    try (CommitLog log = CommitLog.open(parent, options, ledger, ledger::snapshot)) {
      append(log, 1).join();
    }
    Ledger recovered = new Ledger();
    open(parent, recovered).close();
    assertEquals(List.of(1L), recovered.versions());
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(parent)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  private static CommitLog open(Path directory, Ledger ledger) {
    return CommitLog.open(directory, LogOptions.DEFAULT, ledger, ledger::snapshot);
  }

  private static CompletableFuture<Void> append(CommitLog log, long version) {
    return log.append(version, Ledger.content(version));
  }
}
