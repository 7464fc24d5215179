package io.github.grpconce.embedded.log;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
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
  private final Closeable resources;

  private CommitLog(
      GroupCommit groupCommit,
      Checkpointer checkpointer,
      long recoveredVersion,
      Closeable resources) {
    this.groupCommit = groupCommit;
    this.checkpointer = checkpointer;
    this.recoveredVersion = recoveredVersion;
    this.resources = resources;
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
      DiskStorage storage = DiskStorage.open(directory);
      LogThread writer = new LogThread("grpconce-log-writer");
      LogThread checkpoints = new LogThread("grpconce-log-checkpoint");
      Closeable resources = closing(writer, checkpoints, storage);
      try {
        return open(storage, resources, options, state, snapshots, writer, checkpoints);
      } catch (IOException | RuntimeException e) {
        try (resources) {
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

  /**
   * @param resources closed when the log is
   * @param writer runs one task at a time
   */
  static CommitLog open(
      Storage storage,
      Closeable resources,
      LogOptions options,
      RecoveredState state,
      Supplier<Snapshot> snapshots,
      Executor writer,
      Executor checkpoints)
      throws IOException {
    Recovery.Recovered recovered = Recovery.recover(storage, state);
    long version = recovered.version();
    Checkpointer checkpointer =
        new Checkpointer(storage, snapshots, options.checkpointBytes(), checkpoints, recovered);
    LogTail tail = new LogTail(storage, options.sync(), recovered.segment(), version);
    GroupCommit groupCommit =
        new GroupCommit(tail, checkpointer, version, options.queueBytes(), writer);
    return new CommitLog(groupCommit, checkpointer, version, resources);
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
    checkpointer.stop();
    try (resources) {
      groupCommit.close().join();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (CompletionException e) {
      throw new UncheckedIOException(new IOException("could not end the log in order", e));
    }
  }

  /** Ends the threads before the files they use. */
  private static Closeable closing(LogThread writer, LogThread checkpoints, Storage storage) {
    return () -> {
      try (storage;
          checkpoints;
          writer) {
        return;
      }
    };
  }
}
