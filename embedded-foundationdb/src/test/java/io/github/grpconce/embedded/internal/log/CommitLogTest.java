package io.github.grpconce.embedded.internal.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.grpconce.embedded.internal.file.FileStorage;
import io.github.grpconce.embedded.internal.file.SimulatedDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.LongStream;
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
  void close_aSecondTime_doesNotReleaseTheNextHoldersDirectory() {
    CommitLog log = open(parent, new Ledger());
    log.close();
    try (CommitLog next = open(parent, new Ledger())) {
      log.close();
      assertThrows(IllegalStateException.class, () -> open(parent, new Ledger()));
      append(next, 1).join();
    }
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
  void checkpoint_doesNotStopCommits() throws Exception {
    Ledger ledger = new Ledger();
    CompletableFuture<Void> snapshotTaken = new CompletableFuture<>();
    CompletableFuture<Void> committed = new CompletableFuture<>();
    ExecutorService checkpoints = Executors.newSingleThreadExecutor();
    Supplier<CommitLog.Snapshot> snapshots =
        () -> {
          CommitLog.Snapshot snapshot = ledger.snapshot();
          snapshotTaken.complete(null);
          committed.join();
          return snapshot;
        };
    Platform disk = Platform.of(parent);
    Platform platform =
        new Platform(disk.storage(), disk.writer(), checkpoints, disk.warnings(), disk);
    LogOptions options = LogOptions.DEFAULT.withCheckpointBytes(20_000);
    try (CommitLog log = CommitLog.open(platform, options, ledger, snapshots)) {
      while (!snapshotTaken.isDone()) {
        commitNext(log, ledger);
      }
      for (int i = 0; i < 100; i++) {
        commitNext(log, ledger);
      }
      committed.complete(null);
      checkpoints.submit(() -> {}).get(); // comes after the checkpoint
      Contents contents = Contents.of(platform.storage());
      assertTrue(contents.checkpoint().isPresent());
      assertEquals(1, contents.segments().size());
    } finally {
      checkpoints.shutdown();
    }
    Ledger recovered = new Ledger();
    open(parent, recovered).close();
    assertEquals(ledger.versions(), recovered.versions());
  }

  /** What is read at a recovery stays as small as the data, however much was committed. */
  @Test
  void log_ofManyCommitsToTheSameEntry_staysBounded() throws IOException {
    SimulatedDisk disk = SimulatedDisk.empty(new Random(1));
    Platform platform = new Platform(disk, Runnable::run, Runnable::run, new Warnings(), () -> {});
    LogOptions options = LogOptions.DEFAULT.withCheckpointBytes(10_000);
    OneEntry entry = new OneEntry();
    long largest = 0;
    try (CommitLog log = CommitLog.open(platform, options, entry, entry::snapshot)) {
      for (long version = 1; version <= 5_000; version++) {
        byte[] value = Ledger.content(version);
        log.append(version, value).join();
        entry.commit(version, value);
        largest = Math.max(largest, disk.usedBytes());
      }
    }
    // The log up to its limit, its last commit, two checkpoints of the one entry, and their frames.
    assertTrue(largest <= 10_000 + 4 * 3_000 + 1_000, largest + " bytes on the disk");
    OneEntry recovered = new OneEntry();
    CommitLog.open(platform, options, recovered, recovered::snapshot).close();
    assertEquals(5_000, recovered.version);
  }

  /** Keeps the newest content only. */
  private static final class OneEntry implements CommitLog.RecoveredState {
    private long version;
    private byte[] content = {};

    @Override
    public void entry(byte[] key, byte[] value) {
      commit(ByteBuffer.wrap(key).getLong(), value);
    }

    @Override
    public void commit(long version, byte[] commit) {
      this.version = version;
      this.content = commit;
    }

    CommitLog.Snapshot snapshot() {
      return new EntrySnapshot(version, content);
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record EntrySnapshot(long version, byte[] content) implements CommitLog.Snapshot {
    @Override
    public void forEach(BiConsumer<byte[], byte[]> entry) {
      entry.accept(ByteBuffer.allocate(Long.BYTES).putLong(version).array(), content);
    }
  }

  @Test
  void append_moreThanTheQueueHolds_isRejectedUntilThereIsRoom() throws IOException {
    ManualExecutor writer = new ManualExecutor();
    FileStorage disk = SimulatedDisk.empty(new Random(1));
    Platform platform = new Platform(disk, writer, Runnable::run, new Warnings(), () -> {});
    LogOptions options = LogOptions.DEFAULT.withQueueBytes(1_000);
    Ledger ledger = new Ledger();
    CommitLog log = CommitLog.open(platform, options, ledger, ledger::snapshot);
    CompletableFuture<Void> larger = log.append(1, new byte[5_000]);
    assertThrows(RejectedExecutionException.class, () -> log.append(2, new byte[1]));
    writer.runAll();
    larger.join();
    CompletableFuture<Void> next = log.append(2, new byte[1_000]);
    assertThrows(RejectedExecutionException.class, () -> log.append(3, new byte[1]));
    writer.runAll();
    next.join();
  }

  @Test
  void appendsDuringASync_shareTheNextOne() throws IOException {
    ManualExecutor writer = new ManualExecutor();
    SimulatedDisk disk = SimulatedDisk.empty(new Random(1));
    Platform platform = new Platform(disk, writer, Runnable::run, new Warnings(), () -> {});
    Ledger ledger = new Ledger();
    CommitLog log = CommitLog.open(platform, LogOptions.DEFAULT, ledger, ledger::snapshot);
    List<CompletableFuture<Void>> appends = new ArrayList<>();
    for (long version = 1; version <= 50; version++) {
      appends.add(append(log, version));
    }
    long before = disk.operations();
    writer.runAll();
    assertEquals(before + 2, disk.operations(), "one write and one sync");
    appends.forEach(CompletableFuture::join);
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

  private static void commitNext(CommitLog log, Ledger ledger) {
    long version = ledger.newest() + 1;
    append(log, version).thenRun(() -> ledger.add(version)).join();
  }

  private static CommitLog open(Path directory, Ledger ledger) {
    return CommitLog.open(directory, LogOptions.DEFAULT, ledger, ledger::snapshot);
  }

  private static CompletableFuture<Void> append(CommitLog log, long version) {
    return log.append(version, Ledger.content(version));
  }
}
