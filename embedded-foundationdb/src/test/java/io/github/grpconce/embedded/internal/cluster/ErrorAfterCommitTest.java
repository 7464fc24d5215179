package io.github.grpconce.embedded.internal.cluster;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.apple.foundationdb.async.Cancellable;
import io.github.grpconce.embedded.VirtualTime;
import io.github.grpconce.embedded.internal.key.EmbeddedException;
import io.github.grpconce.embedded.internal.key.KeyRange;
import io.github.grpconce.embedded.internal.key.Mutation;
import io.github.grpconce.embedded.internal.key.Operation;
import io.github.grpconce.embedded.internal.runtime.Clock;
import io.github.grpconce.embedded.internal.tree.SortedTree;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * An error of this process, such as too little memory, when the log has a commit already: nobody
 * can say whether it took place, and nothing may be built on what is only half done.
 */
final class ErrorAfterCommitTest {
  private static final byte[] KEY = {1};

  /** Can't be noted for the conflict checks of later commits. */
  @SuppressWarnings("NullAway")
  private static final KeyRange BROKEN = new KeyRange(null, null);

  private final Error error = new InternalError("on purpose");

  /** Asked for the time by each stage of a commit, and a means to let that stage fail. */
  private final class FailingTime implements Clock {
    private final VirtualTime time = new VirtualTime();
    private boolean fails;

    @Override
    public long nanoTime() {
      if (fails) {
        throw error;
      }
      return time.nanoTime();
    }

    @Override
    public Cancellable schedule(Duration delay, Runnable task) {
      return time.schedule(delay, task);
    }
  }

  private final FailingTime time = new FailingTime();
  private final Storage storage =
      new Storage(time, new Storage.State(Storage.FIRST_VERSION, SortedTree.empty()));
  private final List<CompletableFuture<Void>> appends = new ArrayList<>();
  private final CommitProxy proxy =
      new CommitProxy(storage, new WatchRegistry(), this::append, Long.MAX_VALUE);

  @Test
  void errorWhenTheLogHasTakenTheCommit_leavesItUnknownAndRefusesTheNext() {
    CompletableFuture<?> before = commit(1);
    CompletableFuture<?> commit = commit(2, BROKEN);
    assertEquals(1021, errorOf(commit).getCode());

    assertEquals(1510, errorOf(commit(3)).getCode());
    assertEquals(2, appends.size());

    appends.get(1).complete(null);
    assertFalse(before.isDone(), "it is not stored yet");
    appends.get(0).complete(null);
    before.join();
    assertArrayEquals(new byte[] {1}, visible());
  }

  @Test
  void errorWhenACommitIsShown_leavesAllUnknownThatWaitForItAndRefusesTheNext() {
    CompletableFuture<?> first = commit(1);
    CompletableFuture<?> second = commit(2);
    appends.get(1).complete(null);
    time.fails = true;
    appends.get(0).complete(null);
    time.fails = false;
    assertUnknown(first);
    assertUnknown(second);

    assertRefused(commit(3));
    byte[] seen = visible();
    time.time.advance(Duration.ofHours(1));
    assertTrue(storage.newest().version() > storage.oldestVersion(), "readers go on");
    assertArrayEquals(seen, visible());
  }

  @Test
  void errorWhenACommitIsShown_hidesWhatIsStoredLater() {
    CompletableFuture<?> first = commit(1);
    CompletableFuture<?> second = commit(2);
    time.fails = true;
    appends.get(0).complete(null);
    time.fails = false;
    assertUnknown(first);
    assertUnknown(second);
    byte[] seen = visible();

    appends.get(1).complete(null);

    assertArrayEquals(seen, visible());
  }

  @Test
  void errorBeforeTheLogHasTheCommit_changesNothing() {
    time.fails = true;
    assertThrows(InternalError.class, () -> commit(1));
    time.fails = false;
    assertNull(visible());
    CompletableFuture<?> next = commit(2);
    appends.get(0).complete(null);
    next.join();
    assertArrayEquals(new byte[] {2}, visible());
  }

  private CompletableFuture<Void> append(long version, List<Mutation> mutations) {
    CompletableFuture<Void> append = new CompletableFuture<>();
    appends.add(append);
    return append;
  }

  private CompletableFuture<?> commit(int value) {
    return commit(value, KeyRange.of(KEY));
  }

  private CompletableFuture<?> commit(int value, KeyRange written) {
    Mutation set = new Mutation(Operation.SET, KEY, new byte[] {(byte) value});
    return proxy.commit(new CommitRequest(1, List.of(), List.of(written), List.of(set)));
  }

  private byte @Nullable [] visible() {
    return storage.newest().tree().get(KEY);
  }

  private void assertUnknown(CompletableFuture<?> commit) {
    EmbeddedException failure = errorOf(commit);
    assertEquals(1021, failure.getCode());
    assertSame(error, failure.getSuppressed()[0]);
  }

  private static void assertRefused(CompletableFuture<?> commit) {
    EmbeddedException refusal = errorOf(commit);
    assertEquals(1510, refusal.getCode());
    assertTrue(refusal.getMessage().contains("on purpose"), refusal.getMessage());
  }

  private static EmbeddedException errorOf(CompletableFuture<?> commit) {
    assertTrue(commit.isDone());
    return EmbeddedException.of(assertThrows(CompletionException.class, commit::join));
  }
}
