package io.github.grpconce.embedded.internal.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.grpconce.embedded.Clocks;
import io.github.grpconce.embedded.VirtualTime;
import io.github.grpconce.embedded.internal.key.EmbeddedException;
import io.github.grpconce.embedded.internal.key.Keys;
import io.github.grpconce.embedded.internal.key.Mutation;
import io.github.grpconce.embedded.internal.key.Operation;
import io.github.grpconce.embedded.internal.runtime.Clock;
import io.github.grpconce.embedded.internal.tree.SortedTree;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class StorageTest {
  private final VirtualTime time = new VirtualTime();
  private final Clock clock = Clocks.of(time);
  private final Storage.State start = new Storage.State(1000, SortedTree.empty());

  @Test
  void versions_tickAMillionASecond() {
    Storage storage = new Storage(clock, start);
    time.advance(Duration.ofMillis(1500));

    assertEquals(1000 + 1_500_000, storage.newest().version());
  }

  @Test
  void versions_beginAtTheFirstState_whateverTheTimeIs() {
    time.advance(Duration.ofHours(1));

    assertEquals(1000, new Storage(clock, start).newest().version());
  }

  @Test
  void commitVersions_tick_thoughTheStoreIsSlow() {
    Storage storage = new Storage(clock, start);
    long first = storage.nextCommitVersion();
    time.advance(Duration.ofSeconds(2));

    assertEquals(first + 2_000_000 - 1, storage.nextCommitVersion());
  }

  @Test
  void versionBeforeTheFirstState_isTooOld() {
    Storage storage = new Storage(clock, start);

    EmbeddedException tooOld = assertThrows(EmbeddedException.class, () -> storage.at(999));
    assertEquals(1007, tooOld.getCode());
  }

  @Test
  void commitVersion_isAboveAllThatReadersWereGiven() {
    Storage storage = new Storage(clock, start);
    long read = storage.newest().version();

    assertTrue(storage.nextCommitVersion() > read);
  }

  @Test
  void commitThatIsNotPublished_isNotRead() {
    Storage storage = new Storage(clock, start);
    long version = storage.nextCommitVersion();
    SortedTree<byte[]> tree = start.tree().put(new byte[] {1}, new byte[] {2});

    assertTrue(storage.newest().version() < version);
    assertSame(start.tree(), storage.newest().tree());
    storage.publish(new Storage.State(version, tree), List.of());
    assertSame(tree, storage.newest().tree());
  }

  @Test
  void commitThatIsWithdrawn_holdsNobodyBack() {
    Storage storage = new Storage(clock, start);
    long version = storage.nextCommitVersion();
    time.advance(Duration.ofSeconds(1));
    assertTrue(storage.newest().version() < version);

    storage.withdraw();

    assertEquals(1000 + 1_000_000, storage.newest().version());
    time.advance(Duration.ofSeconds(20));
    assertEquals(1000 + 21_000_000, storage.newest().version());
  }

  @Test
  void oldStates_areReadableForFiveSecondsAndThenForgotten() {
    Storage storage = new Storage(clock, start);
    List<Storage.State> published = new ArrayList<>();
    for (int second = 0; second < 20; second++) {
      published.add(publish(storage, set(second)));
      time.advance(Duration.ofSeconds(1));
    }

    assertSame(published.get(16).tree(), storage.at(published.get(16).version()).tree());
    assertSame(published.get(16).tree(), storage.at(published.get(16).version() + 500).tree());
    EmbeddedException tooOld =
        assertThrows(EmbeddedException.class, () -> storage.at(published.get(14).version()));
    assertEquals(1007, tooOld.getCode());
    assertTrue(5 <= storage.statesKept() && storage.statesKept() <= 7, "" + storage.statesKept());
  }

  @Test
  void everyStateOfManyCommitsInAMoment_isReadable() {
    Storage storage = new Storage(clock, start);
    List<Storage.State> published = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      Mutation clear = Mutation.clear(new byte[] {(byte) i}, new byte[] {(byte) (i + 3)});
      published.add(publish(storage, i % 5 == 4 ? clear : set(i)));
    }

    for (int i = 0; i < published.size(); i += 37) {
      Storage.State state = published.get(i);
      assertEquals(contents(state), contents(storage.at(state.version())));
    }
  }

  @Test
  void oldStateThatIsReadAgain_isNotMadeAgain_andIsForgottenInTime() {
    Storage storage = new Storage(clock, start);
    publish(storage, set(1));
    Storage.State old = publish(storage, set(2));
    publish(storage, set(3));
    int kept = storage.statesKept();

    assertSame(storage.at(old.version()), storage.at(old.version()));
    assertEquals(kept + 1, storage.statesKept());
    assertEquals(contents(old), contents(storage.at(old.version())));

    time.advance(Duration.ofSeconds(4));
    publish(storage, set(4));
    assertSame(storage.at(old.version()), storage.at(old.version()));
    time.advance(Duration.ofSeconds(6));
    publish(storage, set(5));
    publish(storage, set(6));
    assertEquals(3, storage.statesKept());
  }

  private static Mutation set(int number) {
    byte[] value = {(byte) (number >> Byte.SIZE), (byte) number};
    return new Mutation(Operation.SET, new byte[] {(byte) number}, value);
  }

  private static Storage.State publish(Storage storage, Mutation change) {
    SortedTree<byte[]> tree = change.applyTo(storage.published().tree());
    Storage.State state = new Storage.State(storage.nextCommitVersion(), tree);
    storage.publish(state, List.of(change));
    return state;
  }

  private static List<String> contents(Storage.State state) {
    List<String> rows = new ArrayList<>();
    state
        .tree()
        .forward(
            Keys.BEGIN,
            Keys.END,
            (key, value) -> rows.add(Arrays.toString(key) + Arrays.toString(value)));
    return rows;
  }

  @Test
  void whileTheStoreStandsStill_theNewestStateDoesNotBecomeTooOld() {
    Storage storage = new Storage(clock, start);
    time.advance(Duration.ofHours(1));
    long version = storage.nextCommitVersion();
    time.advance(Duration.ofMinutes(1));

    long readable = storage.newest().version();
    assertEquals(version - 1, readable);
    assertTrue(storage.oldestVersion() < readable);
    storage.publish(new Storage.State(version, start.tree()), List.of());
    assertEquals(version + 60_000_000, storage.newest().version());
  }

  @Test
  void versionFromTheFuture_isRefused() {
    Storage storage = new Storage(clock, start);

    EmbeddedException future =
        assertThrows(EmbeddedException.class, () -> storage.at(storage.newest().version() + 1));
    assertEquals(1009, future.getCode());
  }

  @Test
  void rememberedStorage_standsStillUntilSomethingIsPublished() {
    Storage storage = new Storage(clock, start, 5_000_000);
    time.advance(Duration.ofHours(1));

    assertEquals(start.version() + 5_000_000, storage.newest().version());
    long version = storage.nextCommitVersion();
    storage.publish(new Storage.State(version, start.tree()), List.of());
    time.advance(Duration.ofHours(1));
    assertEquals(version + 5_000_000, storage.newest().version());
  }

  @Test
  void heartbeat_letsAnIdleDatabasesVersionsGoOn() {
    Storage storage = new Storage(clock, start, 100_000_000);
    List<Long> logged = new ArrayList<>();
    CommitProxy.Log log =
        (version, changes) -> {
          logged.add(version);
          return CompletableFuture.completedFuture(null);
        };
    Cluster cluster = new Cluster(clock, storage, log, Long.MAX_VALUE);
    Heartbeat heartbeat = new Heartbeat(cluster);

    time.advance(Duration.ofMinutes(10));

    assertEquals(1000 + 600_000_000, storage.newest().version());
    assertEquals(
        Duration.ofMinutes(10).dividedBy(Heartbeat.INTERVAL.multipliedBy(2)), logged.size());
    heartbeat.close();
    time.advance(Duration.ofMinutes(10));
    assertEquals(30, logged.size());
  }
}
