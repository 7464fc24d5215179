package io.github.grpconce.embedded.internal.log;

import io.github.grpconce.embedded.internal.file.FileStorage;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** A log on a simulated disk: an append returns when it is done. */
final class SimulatedLog implements AutoCloseable {

  private final Ledger ledger = new Ledger();
  private final Warnings warnings = new Warnings();
  private final CommitLog log;

  SimulatedLog(FileStorage disk, LogOptions options, Executor checkpoints) throws IOException {
    Platform platform = new Platform(disk, Runnable::run, checkpoints, warnings, () -> {});
    log = CommitLog.open(platform, options, ledger, ledger::snapshot);
  }

  /** The next version after the newest that is known. */
  CompletableFuture<Void> append() {
    return append(ledger.newest() + 1);
  }

  CompletableFuture<Void> append(long version) {
    return log.append(version, Ledger.content(version)).thenRun(() -> ledger.add(version));
  }

  Ledger ledger() {
    return ledger;
  }

  Warnings warnings() {
    return warnings;
  }

  @Override
  public void close() {
    log.close();
  }
}
