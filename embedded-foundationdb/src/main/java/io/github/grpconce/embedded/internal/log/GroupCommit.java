package io.github.grpconce.embedded.internal.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Stores all commits that gathered during one sync with the next one. Thread-safe.
 *
 * <p>The first commit that finds the writer idle wakes it; it then goes on until none is left. All
 * writing happens on the writer's executor, which must run one task at a time.
 */
final class GroupCommit {

  private final LogTail tail;
  private final Checkpointer checkpointer;
  private final long queueBytes;
  private final Executor writer;

  // All guarded by this.
  private List<Waiting> queue = new ArrayList<>();
  private long queuedBytes;
  private long version;
  private boolean writing;
  private boolean closing;
  private @Nullable IOException failure;

  GroupCommit(
      LogTail tail, Checkpointer checkpointer, long version, long queueBytes, Executor writer) {
    this.tail = tail;
    this.checkpointer = checkpointer;
    this.version = version;
    this.queueBytes = queueBytes;
    this.writer = writer;
  }

  private record Waiting(long version, ByteBuffer commit, CompletableFuture<Void> stored) {}

  CompletableFuture<Void> append(long version, ByteBuffer commit) {
    CompletableFuture<Void> stored = new CompletableFuture<>();
    if (enqueue(new Waiting(version, commit, stored))) {
      wake();
    }
    return stored;
  }

  /** Stores what waits, then closes the file. Later commits are refused. To be called once. */
  CompletableFuture<Void> close() {
    synchronized (this) {
      closing = true;
    }
    CompletableFuture<Void> closed = new CompletableFuture<>();
    writer.execute(() -> end(closed));
    return closed;
  }

  private synchronized boolean enqueue(Waiting commit) {
    if (failure != null) {
      throw new IllegalStateException("the log has failed: it " + failure.getMessage(), failure);
    }
    if (closing) {
      throw new IllegalStateException("the log is closed");
    }
    if (commit.version() <= version) {
      throw new IllegalArgumentException(
          "version " + commit.version() + " does not come after version " + version);
    }
    long bytes = queuedBytes + commit.commit().remaining();
    if (bytes > queueBytes && !queue.isEmpty()) {
      throw new RejectedExecutionException(
          "more than " + queueBytes + " bytes wait for the disk: try again later");
    }
    queue.add(commit);
    queuedBytes = bytes;
    version = commit.version();
    boolean wake = !writing;
    writing = true;
    return wake;
  }

  private void wake() {
    try {
      writer.execute(this::write);
    } catch (Throwable e) { // such as no memory for a thread: nobody else would wake it
      fail(List.of(), e);
    }
  }

  private void write() {
    for (List<Waiting> group = next(); !group.isEmpty(); group = next()) {
      if (store(group)) {
        group.forEach(commit -> commit.stored().complete(null));
        makeRoom();
      }
    }
  }

  private synchronized List<Waiting> next() {
    List<Waiting> group = queue;
    queue = new ArrayList<>(group.size());
    queuedBytes = 0;
    writing = !group.isEmpty();
    return group;
  }

  private boolean store(List<Waiting> group) {
    try {
      for (Waiting commit : group) {
        tail.append(commit.version(), commit.commit());
      }
      tail.store();
      return true;
    } catch (Throwable e) { // not even an error may leave a commit waiting for ever
      fail(group, e);
      return false;
    }
  }

  /** After the acknowledgements: a snapshot can then have all that the closed segment has. */
  private void makeRoom() {
    long bytes = tail.bytes();
    if (checkpointer.isDue(bytes)) {
      try {
        checkpointer.start(tail.rotate(), bytes);
      } catch (Throwable e) {
        fail(List.of(), e);
      }
    }
  }

  /**
   * Refuses this group and everything after it. What of the group is on disk is unknown until the
   * directory is opened again, and a second try could only hide that.
   */
  private void fail(List<Waiting> group, Throwable cause) {
    IOException refusal =
        new IOException(
            "could not store commits in "
                + tail.location()
                + ": "
                + cause
                + ". What was acknowledged is safe. Whether the commits under way were stored is"
                + " known when the directory is opened again: mend the disk or make room, then"
                + " restart.",
            cause);
    List<Waiting> refused = new ArrayList<>(group);
    synchronized (this) {
      failure = refusal;
      refused.addAll(queue);
      queue = new ArrayList<>();
      queuedBytes = 0;
    }
    refused.forEach(commit -> commit.stored().completeExceptionally(refusal));
  }

  private void end(CompletableFuture<Void> closed) {
    try {
      write();
      if (!hasFailed()) {
        tail.end();
      }
      tail.close();
      closed.complete(null);
    } catch (Throwable e) { // not even an error may leave the closer waiting for ever
      closed.completeExceptionally(e);
    }
  }

  private synchronized boolean hasFailed() {
    return failure != null;
  }
}
