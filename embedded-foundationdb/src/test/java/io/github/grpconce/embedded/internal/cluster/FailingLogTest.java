package io.github.grpconce.embedded.internal.cluster;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.grpconce.embedded.Clocks;
import io.github.grpconce.embedded.VirtualTime;
import io.github.grpconce.embedded.internal.key.EmbeddedException;
import io.github.grpconce.embedded.internal.key.KeyRange;
import io.github.grpconce.embedded.internal.key.Mutation;
import io.github.grpconce.embedded.internal.key.Operation;
import io.github.grpconce.embedded.internal.tree.SortedTree;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a commit gets while it is being stored, and when that fails. */
final class FailingLogTest {
  private static final byte[] KEY = {1};
  private static final long MOST_BYTES = 1_000;

  private final VirtualTime time = new VirtualTime();
  private final Storage storage =
      new Storage(Clocks.of(time), new Storage.State(Storage.FIRST_VERSION, SortedTree.empty()));
  private final List<CompletableFuture<Void>> appends = new ArrayList<>();
  private @Nullable Throwable refusal;
  private final CommitProxy proxy =
      new CommitProxy(storage, new WatchRegistry(), this::append, MOST_BYTES);

  @Test
  void commitThatIsNotStoredYet_isNeitherAcknowledgedNorVisible() {
    CompletableFuture<?> commit = commit((byte) 1);
    assertFalse(commit.isDone());
    assertNull(visible());
    appends.get(0).complete(null);
    commit.join();
    assertArrayEquals(new byte[] {1}, visible());
  }

  @Test
  void readerDuringTheFirstCommitAfterAPause_isNotTooOld() {
    long before = storage.newest().version();
    time.advance(Duration.ofHours(1));
    CompletableFuture<?> first = commit((byte) 1);
    long during = storage.newest().version();
    assertTrue(during > before + Storage.WINDOW_VERSIONS);
    assertNull(visible());
    appends.get(0).complete(null);
    first.join();
    assertEquals(1020, code(commit((byte) 2, during)), "it read the state before the commit");
  }

  @Test
  void logThatFails_leavesTheCommitUnknownAndRefusesTheNext() {
    CompletableFuture<?> stored = commit((byte) 1);
    appends.get(0).complete(null);
    stored.join();
    CompletableFuture<?> commit = commit((byte) 2);
    appends.get(1).completeExceptionally(new IOException("disk full"));
    assertEquals(1021, code(commit));
    EmbeddedException refused = error(commit((byte) 3));
    assertEquals(1510, refused.getCode());
    assertTrue(refused.getMessage().contains("disk full"), refused.getMessage());
    assertEquals(2, appends.size());
    assertArrayEquals(new byte[] {1}, visible());
  }

  @Test
  void logThatFailed_letsReadersGoOn() {
    CompletableFuture<?> commit = commit((byte) 1);
    appends.get(0).completeExceptionally(new IOException("disk full"));
    assertEquals(1021, code(commit));
    assertVersionsGoOn();
  }

  @Test
  void fullQueue_refusesWithARetryableErrorAndChangesNothing() {
    long readVersion = storage.newest().version();
    refusal = new RejectedExecutionException("full");
    EmbeddedException refused = error(commit((byte) 1));
    assertEquals(1042, refused.getCode());
    assertTrue(refused.isRetryableNotCommitted());
    refusal = null;
    CompletableFuture<?> later = commit((byte) 2, readVersion);
    appends.get(0).complete(null);
    later.join();
    assertArrayEquals(new byte[] {2}, visible());
  }

  @Test
  void closedLog_refusesAndChangesNothing() {
    refusal = new IllegalStateException("the log is closed");
    assertEquals(1510, code(commit((byte) 1)));
    assertNull(visible());
    assertVersionsGoOn();
  }

  @Test
  void errorInTheMidstOfACommit_changesNothingAndHoldsNobodyUp() {
    refusal = new OutOfMemoryError("on purpose");
    assertThrows(OutOfMemoryError.class, () -> commit((byte) 1));
    refusal = null;
    assertVersionsGoOn();
    assertNull(visible());
    CompletableFuture<?> next = commit((byte) 2);
    appends.get(0).complete(null);
    next.join();
    assertArrayEquals(new byte[] {2}, visible());
  }

  @Test
  void commitThatDoesNotFit_isNotEvenGivenToTheLog() {
    Mutation set = new Mutation(Operation.SET, KEY, new byte[(int) MOST_BYTES]);
    CommitRequest request = new CommitRequest(1, List.of(), List.of(), List.of(set));
    assertEquals(1501, code(proxy.commit(request)));
    assertEquals(0, appends.size());
    assertVersionsGoOn();
  }

  @Test
  void fullQueue_letsReadersGoOn() {
    refusal = new RejectedExecutionException("full");
    assertEquals(1042, code(commit((byte) 1)));
    assertVersionsGoOn();
  }

  @Test
  void errorInWorkingOutACommit_holdsNobodyUp() {
    Mutation broken = new Mutation(Operation.SET_VERSIONSTAMPED_KEY, KEY, KEY);
    CommitRequest request = new CommitRequest(1, List.of(), List.of(), List.of(broken));
    assertThrows(RuntimeException.class, () -> proxy.commit(request));
    assertVersionsGoOn();
  }

  /** As if there had been no commit: nobody waits for one. */
  private void assertVersionsGoOn() {
    long before = storage.newest().version();
    time.advance(Duration.ofHours(1));
    long passed = storage.newest().version() - before;
    assertTrue(passed > 3_599 * Storage.VERSIONS_PER_SECOND, "versions stand still: " + passed);
  }

  private CompletableFuture<Void> append(long version, List<Mutation> mutations) {
    if (refusal instanceof RuntimeException refused) {
      throw refused;
    }
    if (refusal instanceof Error error) {
      throw error;
    }
    CompletableFuture<Void> append = new CompletableFuture<>();
    appends.add(append);
    return append;
  }

  private CompletableFuture<?> commit(byte value) {
    return commit(value, storage.newest().version());
  }

  /** Reads and writes the key. */
  private CompletableFuture<?> commit(byte value, long readVersion) {
    List<KeyRange> key = List.of(KeyRange.of(KEY));
    Mutation set = new Mutation(Operation.SET, KEY, new byte[] {value});
    return proxy.commit(new CommitRequest(readVersion, key, key, List.of(set)));
  }

  private byte @Nullable [] visible() {
    return storage.newest().tree().get(KEY);
  }

  private static int code(CompletableFuture<?> commit) {
    return error(commit).getCode();
  }

  private static EmbeddedException error(CompletableFuture<?> commit) {
    return EmbeddedException.of(assertThrows(CompletionException.class, commit::join));
  }
}
