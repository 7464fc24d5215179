package io.github.grpconce.embedded.internal.log;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * A durable sequence of commits in a directory, with checkpoints that keep it short.
 *
 * <pre>{@code
 * CommitLog log = CommitLog.open(directory, LogOptions.DEFAULT, state, state::snapshot);
 * log.append(version, commit).thenRun(() -> acknowledge(version));
 * }</pre>
 *
 * <p>After a crash, of the process or of the machine, the next {@code open} finds every commit that
 * was acknowledged, perhaps some of those that were under way, each whole or not at all, and none
 * without all those before it.
 *
 * <p>Thread-safe. One thread writes, another one makes checkpoints; both are daemons.
 */
public final class CommitLog implements AutoCloseable {

  private final GroupCommit groupCommit;
  private final Checkpointer checkpointer;
  private final long recoveredVersion;
  private final Platform platform;
  private final AtomicBoolean closed = new AtomicBoolean();

  private CommitLog(
      GroupCommit groupCommit,
      Checkpointer checkpointer,
      long recoveredVersion,
      Platform platform) {
    this.groupCommit = groupCommit;
    this.checkpointer = checkpointer;
    this.recoveredVersion = recoveredVersion;
    this.platform = platform;
  }

  /** Receives what a directory holds. All arrays are the receiver's to keep. */
  public interface RecoveredState {

    /** An entry of the checkpoint. All entries come first, in the order they were stored in. */
    void entry(byte[] key, byte[] value);

    /** A commit that the checkpoint lacks, in the order of versions. */
    void commit(long version, byte[] commit);
  }

  /** A consistent state that does not change while commits go on. */
  public interface Snapshot {

    /** The newest commit that the entries contain; they contain all before it, and none after. */
    long version();

    /** Passes every entry on. An exception of the consumer must be let through. */
    void forEach(BiConsumer<byte[], byte[]> entry);
  }

  /**
   * Recovers what a directory holds into {@code state}, and is then ready to append. The directory
   * is made if it does not exist, and belongs to this log until it is closed.
   *
   * @param snapshots called when a checkpoint is due, on a thread of the log, from the first append
   *     on. The newest commit in a snapshot should be the newest that was acknowledged
   * @throws IllegalStateException if the directory is in use, is damaged, was written by a newer
   *     format, or can't be read or written. Nothing was lost or changed; the message says what to
   *     do
   */
  public static CommitLog open(
      Path directory, LogOptions options, RecoveredState state, Supplier<Snapshot> snapshots) {
    try {
      Platform platform = Platform.of(directory);
      try {
        return open(platform, options, state, snapshots);
      } catch (Throwable e) {
        try (platform) {
          throw e;
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException(
          String.format(
              "cannot use %s to store data: %s. Give a directory that this process can read and"
                  + " write, on a disk with room.",
              directory.toAbsolutePath(), e),
          e);
    }
  }

  static CommitLog open(
      Platform platform, LogOptions options, RecoveredState state, Supplier<Snapshot> snapshots)
      throws IOException {
    Recovery.Recovered recovered = Recovery.recover(platform.storage(), state);
    Checkpointer checkpointer =
        new Checkpointer(platform, snapshots, options.checkpointBytes(), recovered);
    LogTail tail = new LogTail(platform.storage(), options.sync(), recovered);
    GroupCommit groupCommit =
        new GroupCommit(
            tail, checkpointer, recovered.version(), options.queueBytes(), platform.writer());
    return new CommitLog(groupCommit, checkpointer, recovered.version(), platform);
  }

  /** The newest version that was found when the directory was opened; 0 if it was empty. */
  public long recoveredVersion() {
    return recoveredVersion;
  }

  /**
   * Stores a commit. Returns at once.
   *
   * @param version greater than that of every earlier commit, and positive
   * @param commit not to be changed until the future is done
   * @return completes once the commit is stored, in the order of versions; with an {@link
   *     IOException} if storing it failed: it may then be there or not when the directory is opened
   *     again, and this log refuses all further commits. Completed on the writer's thread: what
   *     depends on it must not block
   * @throws RejectedExecutionException if too much waits for the disk; nothing was stored, and a
   *     later try can succeed
   * @throws IllegalStateException if the log has failed or is closed; nothing was stored
   * @throws IllegalArgumentException if the version is not greater than the one before
   */
  public CompletableFuture<Void> append(long version, byte[] commit) {
    return groupCommit.append(version, ByteBuffer.wrap(commit));
  }

  /**
   * Stores what was appended, and releases the directory. Closing twice is closing once.
   *
   * @throws UncheckedIOException if the last write failed; the directory is released all the same
   */
  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    checkpointer.stop();
    try (platform) {
      groupCommit.close().join();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (CompletionException e) {
      throw new UncheckedIOException(new IOException("could not end the log in order", e));
    }
  }
}
