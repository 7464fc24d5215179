package io.github.grpconce.embedded.internal.log;

/**
 * How a {@link CommitLog} treats its disk.
 *
 * @param sync whether a commit is acknowledged only when it is on disk. Without, it survives the
 *     end of the process, but not of the machine
 * @param checkpointBytes a checkpoint is due when the log has grown to this size, and to that of
 *     the previous checkpoint: recovery reads at most this and twice the data, and all checkpoints
 *     together write about as much as the log
 * @param queueBytes commits beyond this size that wait for the disk are rejected
 */
public record LogOptions(boolean sync, long checkpointBytes, long queueBytes) {

  /** Synced; 64 MiB, which takes about a second to recover; 64 MiB, six of the largest commits. */
  public static final LogOptions DEFAULT = new LogOptions(true, 64L << 20, 64L << 20);

  public LogOptions {
    if (checkpointBytes <= 0 || queueBytes <= 0) {
      throw new IllegalArgumentException("sizes must be positive");
    }
  }

  /** These options with another {@link #sync}. */
  public LogOptions withSync(boolean sync) {
    return new LogOptions(sync, checkpointBytes, queueBytes);
  }

  /** These options with another {@link #checkpointBytes}. */
  public LogOptions withCheckpointBytes(long checkpointBytes) {
    return new LogOptions(sync, checkpointBytes, queueBytes);
  }

  /** These options with another {@link #queueBytes}. */
  public LogOptions withQueueBytes(long queueBytes) {
    return new LogOptions(sync, checkpointBytes, queueBytes);
  }
}
