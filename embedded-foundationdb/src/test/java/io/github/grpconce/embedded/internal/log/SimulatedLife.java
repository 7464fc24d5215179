package io.github.grpconce.embedded.internal.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.grpconce.embedded.internal.file.SimulatedDisk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What a process does with a log from its start to its end, all in one thread and in an order that
 * a seed decides: commits, the writer's work and the checkpointer's work, even in the middle of a
 * checkpoint.
 */
final class SimulatedLife {

  /** Few, so that segments and checkpoints come and go all the time. */
  private static final LogOptions OPTIONS = LogOptions.DEFAULT.withCheckpointBytes(3_000);

  private final SimulatedDisk disk;
  private final LogOptions options;
  private final Random random;
  private final ManualExecutor writer = new ManualExecutor();
  private final ManualExecutor checkpoints = new ManualExecutor();

  /** What must be there after the life: what recovery showed, and what was acknowledged. */
  private final Ledger acknowledged = new Ledger();

  /** What may be there. */
  private final List<Long> attempted = new ArrayList<>();

  private final Warnings warnings = new Warnings();
  private final List<CompletableFuture<?>> answers = new ArrayList<>();
  private boolean refused;

  SimulatedLife(SimulatedDisk disk, boolean sync, Random random) {
    this.disk = disk;
    this.options = OPTIONS.withSync(sync);
    this.random = random;
  }

  /** What the previous life left behind. */
  record Legacy(List<Long> acknowledged, List<Long> attempted) {

    static final Legacy NONE = new Legacy(List.of(), List.of());

    /** Every acknowledged commit is there, and nothing without all before it. */
    void check(List<Long> found) {
      assertTrue(
          found.size() >= acknowledged.size(),
          () -> "acknowledged " + acknowledged + " but found " + found);
      assertTrue(
          found.size() <= attempted.size(), () -> "attempted " + attempted + " but found " + found);
      assertEquals(attempted.subList(0, found.size()), found);
    }
  }

  /**
   * Recovers what the previous life left, checks it, and goes on until the log refuses or the
   * actions are used up.
   */
  Legacy live(Legacy previous, int actions) {
    CommitLog log;
    try {
      log =
          CommitLog.open(
              new Platform(disk, writer, checkpoints, warnings, () -> {}),
              options,
              acknowledged,
              () -> new Interleaved(acknowledged.snapshot()));
    } catch (IOException e) {
      return previous; // died while it recovered: all that was there must still be there
    }
    previous.check(acknowledged.versions());
    attempted.addAll(acknowledged.versions());
    for (int i = 0; i < actions && !refused; i++) {
      act(log);
    }
    answers.stream().filter(CompletableFuture::isDone).forEach(CompletableFuture::join);
    return new Legacy(acknowledged.versions(), attempted);
  }

  private void act(CommitLog log) {
    switch (random.nextInt(4)) {
      case 0, 1 -> append(log);
      case 2 -> writer.runOne();
      default -> checkpoints.runOne();
    }
  }

  private void append(CommitLog log) {
    long version = newestAttempt() + 1 + random.nextInt(10);
    attempted.add(version);
    try {
      answers.add(
          log.append(version, Ledger.content(version))
              .handle((stored, failure) -> answered(version, failure)));
    } catch (IllegalStateException e) {
      refused = true;
    }
  }

  private @Nullable Void answered(long version, @Nullable Throwable failure) {
    if (failure == null) {
      acknowledged.add(version);
    } else {
      refused = true;
    }
    return null;
  }

  private long newestAttempt() {
    return attempted.isEmpty() ? 0 : attempted.get(attempted.size() - 1);
  }

  /** Lets the writer work while a checkpoint is being written. */
  private final class Interleaved implements CommitLog.Snapshot {

    private final CommitLog.Snapshot snapshot;

    private Interleaved(CommitLog.Snapshot snapshot) {
      this.snapshot = snapshot;
    }

    @Override
    public long version() {
      return snapshot.version();
    }

    @Override
    public void forEach(BiConsumer<byte[], byte[]> entry) {
      snapshot.forEach(
          (key, value) -> {
            if (random.nextInt(10) == 0) {
              writer.runOne();
            }
            entry.accept(key, value);
          });
    }
  }
}
