package io.github.grpconce.embedded.internal.cluster;

import io.github.grpconce.embedded.internal.key.EmbeddedException;
import io.github.grpconce.embedded.internal.key.FdbError;
import io.github.grpconce.embedded.internal.key.KeyRange;
import io.github.grpconce.embedded.internal.key.Keys;
import io.github.grpconce.embedded.internal.key.Mutation;
import io.github.grpconce.embedded.internal.key.Operation;
import io.github.grpconce.embedded.internal.key.Versionstamps;
import io.github.grpconce.embedded.internal.tree.SortedTree;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Commits transactions one after the other: checks conflicts, gives the version, applies the
 * mutations, has them stored and then lets readers see them.
 *
 * <p>A commit counts for the conflict checks of later ones at once, but nobody can read it before
 * it is stored. Thread-safe; no future is completed while a lock is held.
 */
public final class CommitProxy {
  /** What a commit got. */
  @SuppressWarnings("ArrayRecordComponent") // never compared, never a map's key
  public record Committed(long version, byte[] versionstamp) {}

  /** Stores what was committed. */
  public interface Log {
    /**
     * Stores a commit; completes in the order of the versions.
     *
     * @throws RejectedExecutionException if the store can't take it now
     * @throws IllegalStateException if the store takes nothing any more
     */
    CompletableFuture<Void> append(long version, List<Mutation> mutations);
  }

  private static final class Commit {
    final Committed result;
    final Storage.State state;
    final List<KeyRange> written;
    final List<Mutation> changes;

    /** How many bytes more there are to store afterwards. */
    final long growth;

    final CompletableFuture<Committed> future = new CompletableFuture<>();
    boolean stored;

    Commit(
        Committed result,
        Storage.State state,
        List<KeyRange> written,
        List<Mutation> changes,
        long growth) {
      this.result = result;
      this.state = state;
      this.written = written;
      this.changes = changes;
      this.growth = growth;
    }
  }

  private final Storage storage;
  private final WatchRegistry watches;
  private final Log log;
  private final Capacity capacity;
  private final ConflictSet conflicts = new ConflictSet();
  private final Queue<Commit> unpublished = new ArrayDeque<>();

  /** Includes what is not stored yet. */
  private SortedTree<byte[]> tree;

  private @Nullable Throwable failure;

  /**
   * A proxy for a storage that nobody else writes to.
   *
   * @param maxStoredBytes how much may be stored, see {@link Capacity}
   */
  CommitProxy(Storage storage, WatchRegistry watches, Log log, long maxStoredBytes) {
    this.storage = storage;
    this.watches = watches;
    this.log = log;
    this.tree = storage.newest().tree();
    this.capacity = new Capacity(maxStoredBytes, tree);
  }

  /**
   * Commits. After an error, of the log or of this process, that leaves open whether a commit took
   * place, all later ones are refused.
   *
   * @return fails with 1007, 1020, 1042, 1501 or 1510 if nothing was committed, with 1021 if it is
   *     not known
   */
  public CompletableFuture<Committed> commit(CommitRequest request) {
    Commit commit;
    CompletableFuture<Void> stored;
    synchronized (this) {
      try {
        commit = resolve(request);
        stored = store(commit);
      } catch (EmbeddedException refusal) {
        return CompletableFuture.failedFuture(refusal);
      }
      try {
        buildOn(commit);
      } catch (Throwable error) { // the log has the commit, and here it is missing
        failure = error;
        stored = CompletableFuture.failedFuture(error);
      }
    }
    var unused = stored.whenComplete((done, error) -> settled(commit, error));
    return commit.future;
  }

  private void checkWorks() {
    if (failure != null) {
      throw new EmbeddedException(
          "Nothing can be committed since the store failed (" + failure + "): open it again",
          FdbError.IO_ERROR.code());
    }
  }

  /** By the version that the commit would get, and no clock, which would have gone on since. */
  private void check(CommitRequest request, long version) {
    if (request.ages() && request.readVersion() < oldest(version)) {
      throw FdbError.TRANSACTION_TOO_OLD.exception();
    }
    for (KeyRange range : request.readConflicts()) {
      if (conflicts.isWrittenAfter(range, request.readVersion())) {
        throw FdbError.NOT_COMMITTED.exception();
      }
    }
  }

  /** What the commit changes; nothing is changed yet but the version. */
  private Commit resolve(CommitRequest request) {
    checkWorks();
    long version = storage.nextCommitVersion();
    try {
      check(request, version);
      return resolve(request, version);
    } catch (Throwable failure) { // not even an error may leave readers waiting for this version
      storage.withdraw();
      throw failure;
    }
  }

  private static long oldest(long version) {
    return version - Storage.WINDOW_VERSIONS;
  }

  private Commit resolve(CommitRequest request, long version) {
    byte[] stamp = Versionstamps.of(version, 0);
    List<KeyRange> written = new ArrayList<>(request.writeConflicts());
    List<Mutation> changes = new ArrayList<>(request.mutations().size());
    SortedTree<byte[]> changed = tree;
    long growth = 0;
    for (Mutation mutation : request.mutations()) {
      if (mutation.operation() == Operation.SET_VERSIONSTAMPED_KEY) {
        written.add(KeyRange.of(Versionstamps.place(mutation.key(), stamp)));
      }
      Mutation change = resolve(stamp(mutation, stamp), changed);
      changes.add(change);
      growth += Capacity.growth(change, changed);
      changed = change.applyTo(changed);
    }
    Storage.State state = new Storage.State(version, changed);
    return new Commit(new Committed(version, stamp), state, written, changes, growth);
  }

  private static Mutation stamp(Mutation mutation, byte[] stamp) {
    return switch (mutation.operation()) {
      case SET_VERSIONSTAMPED_KEY ->
          new Mutation(Operation.SET, Versionstamps.place(mutation.key(), stamp), mutation.param());
      case SET_VERSIONSTAMPED_VALUE ->
          new Mutation(Operation.SET, mutation.key(), Versionstamps.place(mutation.param(), stamp));
      default -> mutation;
    };
  }

  /** The same change as a set or a clear. */
  private static Mutation resolve(Mutation mutation, SortedTree<byte[]> tree) {
    if (!mutation.operation().isAtomic()) {
      return mutation;
    }
    byte[] value = mutation.operation().apply(tree.get(mutation.key()), mutation.param());
    return value == null
        ? Mutation.clear(mutation.key(), Keys.after(mutation.key()))
        : new Mutation(Operation.SET, mutation.key(), value);
  }

  private CompletableFuture<Void> store(Commit commit) {
    try {
      capacity.checkRoomFor(commit.growth);
      return log.append(commit.result.version(), commit.changes);
    } catch (RejectedExecutionException tooMuchWaits) {
      storage.withdraw();
      throw FdbError.COMMIT_PROXY_MEMORY_LIMIT_EXCEEDED.exception();
    } catch (IllegalStateException closedOrFailed) {
      storage.withdraw();
      throw new EmbeddedException(closedOrFailed.getMessage(), FdbError.IO_ERROR.code());
    } catch (Throwable failure) {
      storage.withdraw();
      throw failure;
    }
  }

  /** Once the log has taken a commit, later ones build on it. */
  private void buildOn(Commit commit) {
    tree = commit.state.tree();
    capacity.add(commit.growth);
    for (KeyRange range : commit.written) {
      conflicts.add(range, commit.result.version());
    }
    conflicts.forget(oldest(commit.result.version()));
    unpublished.add(commit);
  }

  private void settled(Commit commit, @Nullable Throwable error) {
    if (error == null) {
      published(commit);
      return;
    }
    synchronized (this) {
      failure = error;
      unpublished.remove(commit);
    }
    storage.withdraw();
    unknown(commit, error);
  }

  private static void unknown(Commit commit, Throwable error) {
    EmbeddedException unknown = FdbError.COMMIT_UNKNOWN_RESULT.exception();
    unknown.addSuppressed(error);
    commit.future.completeExceptionally(unknown);
  }

  private void published(Commit commit) {
    List<Commit> ready = new ArrayList<>(1);
    try {
      publish(commit, ready);
      for (Commit next : ready) {
        watches.changed(next.changes, next.state.tree());
        next.future.complete(next.result);
      }
    } catch (Throwable error) { // it is stored, whether it can be seen or not
      giveUp(ready, error);
    }
  }

  private synchronized void publish(Commit commit, List<Commit> ready) {
    commit.stored = true;
    for (Commit next = unpublished.peek(); next != null && next.stored; next = unpublished.peek()) {
      ready.add(next);
      storage.publish(next.state, next.changes);
      unpublished.remove();
    }
  }

  /** After an error that leaves open what readers see: nothing may be built on that. */
  private void giveUp(List<Commit> half, Throwable error) {
    List<Commit> unanswered = new ArrayList<>(half);
    synchronized (this) {
      failure = error;
      unanswered.addAll(unpublished);
      unpublished.clear();
    }
    unanswered.forEach(commit -> unknown(commit, error));
  }

  /** How many writes are kept for conflict checks, which is what their memory depends on. */
  synchronized int conflictsKept() {
    return conflicts.size();
  }
}
