package io.github.grpconce.embedded.internal.log;

import io.github.grpconce.embedded.internal.file.FileName;
import io.github.grpconce.embedded.internal.file.FileStorage;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Bounds the log: once it is long enough, stores a snapshot and deletes what that makes needless,
 * while commits go on. A checkpoint that fails costs nothing but its time: the log is still whole,
 * and another one is tried when it has grown again. Thread-safe.
 */
final class Checkpointer {

  private final FileStorage storage;
  private final Executor executor;
  private final Logger warnings;
  private final Supplier<CommitLog.Snapshot> snapshots;
  private final long minimumBytes;

  // All guarded by this.
  private final Map<FileName, Long> closedSegments;
  private long dueAtBytes;
  private boolean running;
  private boolean stopped;

  Checkpointer(
      Platform platform,
      Supplier<CommitLog.Snapshot> snapshots,
      long minimumBytes,
      Recovery.Recovered recovered) {
    this.storage = platform.storage();
    this.executor = platform.checkpoints();
    this.warnings = platform.warnings();
    this.snapshots = snapshots;
    this.minimumBytes = minimumBytes;
    this.closedSegments = new HashMap<>(recovered.closedSegments());
    this.dueAtBytes = Math.max(minimumBytes, recovered.checkpointBytes());
  }

  /** Whether {@link #start} is wanted, given the size of the segment that is written on. */
  synchronized boolean isDue(long openSegmentBytes) {
    return !running && !stopped && closedBytes() + openSegmentBytes >= dueAtBytes;
  }

  /** Makes a checkpoint, after which the segment that was just closed can go. */
  synchronized void start(FileName closedSegment, long bytes) {
    closedSegments.put(closedSegment, bytes);
    running = true;
    executor.execute(this::run);
  }

  /** Ends the checkpoint under way, if any, soon; there will be no other. */
  synchronized void stop() {
    stopped = true;
  }

  private void run() {
    try {
      long bytes = Checkpoint.write(storage, snapshots.get(), this::isStopped);
      done(bytes, deleteSuperseded());
    } catch (Throwable e) {
      failed(e);
    }
  }

  /**
   * Returns the segments that are left. No file is being made meanwhile: the writer makes none
   * while this runs.
   */
  private List<FileName> deleteSuperseded() throws IOException {
    Contents contents = Contents.of(storage);
    for (String superseded : contents.superseded()) {
      storage.delete(superseded);
    }
    return contents.segments();
  }

  private synchronized void done(long checkpointBytes, List<FileName> segments) {
    closedSegments.keySet().retainAll(segments);
    dueAtBytes = Math.max(minimumBytes, checkpointBytes);
    running = false;
  }

  private synchronized void failed(Throwable e) {
    dueAtBytes = closedBytes() + minimumBytes;
    running = false;
    if (!stopped) {
      warnings.log(
          Level.WARNING,
          "No checkpoint could be made in " + storage.locate("") + "; the log keeps growing",
          e);
    }
  }

  private synchronized boolean isStopped() {
    return stopped;
  }

  private long closedBytes() {
    return closedSegments.values().stream().mapToLong(Long::longValue).sum();
  }
}
