package io.github.grpconce.embedded;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Commits transactions one after the other: checks conflicts, gives the version, applies the
 * mutations, has them stored and then lets readers see them.
 *
 * <p>A commit counts for the conflict checks of later ones at once, but nobody can read it before
 * it is stored. Thread-safe; no future is completed while a lock is held.
 */
final class CommitProxy {
  /** What a commit got. */
  @SuppressWarnings("ArrayRecordComponent") // never compared, never a map's key
  record Committed(long version, byte[] versionstamp) {}

  /** Stores what was committed; completes in the order of the versions. */
  interface Log {
    CompletableFuture<Void> append(long version, List<Mutation> mutations);
  }

  private static final class Commit {
    final Committed result;
    final Storage.State state;
    final List<Mutation> mutations;
    final CompletableFuture<Committed> future = new CompletableFuture<>();
    boolean stored;

    Commit(Committed result, Storage.State state, List<Mutation> mutations) {
      this.result = result;
      this.state = state;
      this.mutations = mutations;
    }
  }

  private final Storage storage;
  private final WatchRegistry watches;
  private final Log log;
  private final ConflictSet conflicts = new ConflictSet();
  private final Queue<Commit> unpublished = new ArrayDeque<>();

  /** Includes what is not stored yet. */
  private KeyValueTree tree;

  private @Nullable Throwable failure;

  CommitProxy(Storage storage, WatchRegistry watches, Log log) {
    this.storage = storage;
    this.watches = watches;
    this.log = log;
    this.tree = storage.newest().tree();
  }

  /**
   * Commits.
   *
   * @return fails with 1007 or 1020 if nothing was committed, with 1021 if it is not known
   */
  CompletableFuture<Committed> commit(CommitRequest request) {
    Commit commit;
    CompletableFuture<Void> stored;
    synchronized (this) {
      try {
        check(request);
      } catch (EmbeddedException refusal) {
        return CompletableFuture.failedFuture(refusal);
      }
      commit = apply(request);
      unpublished.add(commit);
      stored = log.append(commit.result.version(), commit.mutations);
    }
    if (stored.isDone() && !stored.isCompletedExceptionally()) {
      published(commit);
    } else {
      var unused = stored.whenComplete((done, error) -> settled(commit, error));
    }
    return commit.future;
  }

  private void check(CommitRequest request) {
    if (failure != null) {
      throw new EmbeddedException(
          "Nothing can be committed since the store failed (" + failure + "): open it again",
          FdbError.IO_ERROR.code());
    }
    if (!request.readConflicts().isEmpty() && request.readVersion() < storage.oldestVersion()) {
      throw FdbError.TRANSACTION_TOO_OLD.exception();
    }
    for (KeyRange range : request.readConflicts()) {
      if (conflicts.isWrittenAfter(range, request.readVersion())) {
        throw FdbError.NOT_COMMITTED.exception();
      }
    }
  }

  private Commit apply(CommitRequest request) {
    long version = storage.nextCommitVersion();
    byte[] stamp = Versionstamps.of(version, 0);
    List<Mutation> resolved = new ArrayList<>(request.mutations().size());
    for (Mutation mutation : request.mutations()) {
      Mutation stamped = stamp(mutation, stamp, version);
      Mutation change = resolve(stamped);
      resolved.add(change);
      tree =
          change.operation() == Operation.CLEAR_RANGE
              ? tree.removeRange(change.key(), change.param())
              : tree.put(change.key(), change.param());
    }
    for (KeyRange range : request.writeConflicts()) {
      conflicts.add(range, version);
    }
    conflicts.forget(storage.oldestVersion());
    return new Commit(
        new Committed(version, stamp), new Storage.State(version, tree), List.copyOf(resolved));
  }

  private Mutation stamp(Mutation mutation, byte[] stamp, long version) {
    return switch (mutation.operation()) {
      case SET_VERSIONSTAMPED_KEY -> {
        byte[] key = Versionstamps.place(mutation.key(), stamp);
        conflicts.add(KeyRange.of(key), version);
        yield new Mutation(Operation.SET, key, mutation.param());
      }
      case SET_VERSIONSTAMPED_VALUE ->
          new Mutation(Operation.SET, mutation.key(), Versionstamps.place(mutation.param(), stamp));
      default -> mutation;
    };
  }

  /** The same change as a set or a clear. */
  private Mutation resolve(Mutation mutation) {
    if (!mutation.operation().isAtomic()) {
      return mutation;
    }
    byte[] value = mutation.operation().apply(tree.get(mutation.key()), mutation.param());
    return value == null
        ? Mutation.clear(mutation.key(), Keys.after(mutation.key()))
        : new Mutation(Operation.SET, mutation.key(), value);
  }

  private void settled(Commit commit, @Nullable Throwable error) {
    if (error == null) {
      published(commit);
      return;
    }
    synchronized (this) {
      failure = error;
    }
    EmbeddedException unknown = FdbError.COMMIT_UNKNOWN_RESULT.exception();
    unknown.addSuppressed(error);
    commit.future.completeExceptionally(unknown);
  }

  private void published(Commit commit) {
    List<Commit> ready = new ArrayList<>(1);
    synchronized (this) {
      commit.stored = true;
      for (Commit next = unpublished.peek();
          next != null && next.stored;
          next = unpublished.peek()) {
        storage.publish(next.state);
        ready.add(unpublished.remove());
      }
    }
    for (Commit next : ready) {
      watches.changed(next.mutations, next.state.tree());
      next.future.complete(next.result);
    }
  }
}
