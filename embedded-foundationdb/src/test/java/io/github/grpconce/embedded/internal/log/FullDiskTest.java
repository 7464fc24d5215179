package io.github.grpconce.embedded.internal.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.grpconce.embedded.internal.file.SimulatedDisk;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

/** What happens when the disk has no room, or fails. */
final class FullDiskTest {

  private final SimulatedDisk disk = SimulatedDisk.empty(new Random(1));

  @Test
  void fullDisk_refusesCommitsWithTheReasonAndLosesNothing() throws IOException {
    disk.limit(10_000);
    SimulatedLog log = new SimulatedLog(disk, LogOptions.DEFAULT, Runnable::run);
    CompletableFuture<Void> append = log.append();
    while (!append.isCompletedExceptionally()) {
      append = log.append();
    }
    Throwable failure = assertThrows(CompletionException.class, append::join).getCause();
    assertInstanceOf(IOException.class, failure);
    assertTrue(
        failure
            .getMessage()
            .startsWith(
                "could not store commits in /simulated/log-0000000000000000000: java.io.IOException: No space left on"
                    + " device. What was acknowledged is safe."),
        failure.getMessage());

    assertThrows(IllegalStateException.class, log::append);
    log.close();
    disk.limit(Long.MAX_VALUE);
    assertEquals(log.ledger().versions(), recover());
  }

  @Test
  void failedSync_isFinal() throws IOException {
    SimulatedLog log = new SimulatedLog(disk, LogOptions.DEFAULT, Runnable::run);
    log.append().join();
    disk.failAfter(1, SimulatedDisk.Failure.ERROR); // the write succeeds, the sync does not
    assertTrue(log.append().isCompletedExceptionally());
    long operations = disk.operations();
    assertThrows(IllegalStateException.class, log::append);
    log.close();
    assertEquals(operations, disk.operations());
  }

  @Test
  void failure_alsoRefusesWhatWaits() throws IOException {
    ManualExecutor writer = new ManualExecutor();
    Platform platform = new Platform(disk, writer, Runnable::run, new Warnings(), () -> {});
    Ledger ledger = new Ledger();
    CommitLog log = CommitLog.open(platform, LogOptions.DEFAULT, ledger, ledger::snapshot);
    List<CompletableFuture<Void>> appends =
        List.of(log.append(1, new byte[10]), log.append(2, new byte[10]));
    disk.limit(0);
    writer.runAll();
    assertTrue(appends.stream().allMatch(CompletableFuture::isCompletedExceptionally));
  }

  @Test
  void writerThatCannotRun_refusesCommitsInsteadOfLettingThemWait() throws IOException {
    Executor writer =
        task -> {
          throw new InternalError("no native thread");
        };
    Platform platform = new Platform(disk, writer, Runnable::run, new Warnings(), () -> {});
    Ledger ledger = new Ledger();
    CommitLog log = CommitLog.open(platform, LogOptions.DEFAULT, ledger, ledger::snapshot);
    CompletableFuture<Void> append = log.append(1, new byte[10]);
    Throwable failure = assertThrows(CompletionException.class, append::join).getCause();
    assertTrue(failure.getMessage().contains("native thread"), failure.getMessage());
    assertThrows(IllegalStateException.class, () -> log.append(2, new byte[10]));
  }

  @Test
  void checkpointThatDoesNotFit_costsNoCommitAndIsTriedAgain() throws IOException {
    ManualExecutor checkpoints = new ManualExecutor();
    LogOptions options = LogOptions.DEFAULT.withCheckpointBytes(2_000);
    SimulatedLog log = new SimulatedLog(disk, options, checkpoints);
    for (int attempt = 1; attempt <= 3; attempt++) {
      while (checkpoints.isIdle()) {
        log.append().join();
      }
      disk.limit(disk.usedBytes() + 100);
      checkpoints.runAll();
      disk.limit(Long.MAX_VALUE);
      assertEquals(attempt, log.warnings().messages().size());
      assertTrue(Contents.of(disk).superseded().isEmpty(), "the attempt left something");
    }
    while (checkpoints.isIdle()) {
      log.append().join();
    }
    checkpoints.runAll();
    assertEquals(1, Contents.of(disk).segments().size());
    assertEquals(log.ledger().versions(), recover());
  }

  @Test
  void open_onADiskThatFails_isRefused() {
    disk.failAfter(0, SimulatedDisk.Failure.ERROR);
    assertThrows(
        IOException.class, () -> new SimulatedLog(disk, LogOptions.DEFAULT, Runnable::run));
  }

  private List<Long> recover() throws IOException {
    return new SimulatedLog(disk, LogOptions.DEFAULT, Runnable::run).ledger().versions();
  }
}
