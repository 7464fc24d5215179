package io.github.grpconce.embedded.internal.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.FDBException;
import com.apple.foundationdb.Transaction;
import com.apple.foundationdb.subspace.Subspace;
import com.apple.foundationdb.tuple.Tuple;
import io.github.grpconce.embedded.EmbeddedDatabase;
import io.github.grpconce.embedded.VirtualTime;
import io.github.grpconce.embedded.internal.binding.Insides;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/**
 * Memory grows with the data, not with time: the same thousand keys are written again and again,
 * over many times the five seconds for which old versions and conflicts are kept.
 *
 * <p>{@code -Dgrpconce.long=true} writes two million times, and looks at the heap as well.
 */
class BoundedMemoryTest {
  private static final boolean LONG = Boolean.getBoolean("grpconce.long");
  private static final int KEYS = 1_000;
  private static final int ROUNDS = LONG ? 200 : 8;
  private static final int UPDATES_OF_A_ROUND = 10_000;

  /** A round takes one and a quarter of a five-second window. */
  private static final Duration BETWEEN_UPDATES = Duration.ofNanos(625_000);

  private static final int MOST_OPEN = 50;
  private static final double HEAP_TOLERANCE = 1.1;

  private final Subspace keys = new Subspace(Tuple.from("keys"));
  private final SplittableRandom random = new SplittableRandom(1);
  private final VirtualTime time = new VirtualTime();
  private final Database database =
      EmbeddedDatabase.newBuilder().timeline(time).executor(time).random(random).build();
  private final Cluster cluster = Insides.cluster(database);

  /** Transactions that stay open for a while, and watches that are waited for. */
  private final Queue<Transaction> open = new ArrayDeque<>();

  private final List<CompletableFuture<Void>> watches = new ArrayList<>();
  private int fired;

  @Test
  void updatesOfTheSameKeys_takeNoMoreMemoryWithTime() {
    List<Long> heap = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      for (int update = 0; update < UPDATES_OF_A_ROUND; update++) {
        step();
        time.advance(BETWEEN_UPDATES);
      }
      assertBounded();
      if (LONG && round % (ROUNDS / 20) == 0) {
        heap.add(Heap.usedBytes());
      }
    }
    assertTrue(fired > ROUNDS, "hardly a watch fired: " + fired);
    assertHeapBounded(heap);
    assertAllIsReleased();
  }

  private void step() {
    update();
    switch (random.nextInt(20)) {
      case 0 -> watch();
      case 1 -> cancelSomeWatch();
      case 2 -> abandon();
      case 3 -> clearSomething();
      case 4 -> leaveOpen();
      default -> {
        // an update is enough
      }
    }
  }

  private void update() {
    try (Transaction tr = database.createTransaction()) {
      byte[] key = anyKey();
      tr.get(key).join();
      tr.set(key, new byte[1 + random.nextInt(100)]);
      tr.commit().join();
    }
  }

  private void watch() {
    watches.removeIf(CompletableFuture::isDone);
    if (watches.size() < MOST_OPEN) {
      try (Transaction tr = database.createTransaction()) {
        CompletableFuture<Void> watch = tr.watch(anyKey());
        tr.commit().join();
        var unused = watch.thenRun(() -> fired++);
        watches.add(watch);
      }
    }
  }

  private void cancelSomeWatch() {
    if (!watches.isEmpty()) {
      watches.get(random.nextInt(watches.size())).cancel(true);
    }
  }

  /** Reads, writes and watches something, and never commits. */
  private void abandon() {
    Transaction tr = database.createTransaction();
    tr.getReadVersion().join();
    tr.getRange(keys.range(), 10).asList().join();
    tr.set(anyKey(), new byte[10]);
    var unused = tr.watch(anyKey());
    tr.close();
  }

  private void clearSomething() {
    try (Transaction tr = database.createTransaction()) {
      long from = random.nextInt(KEYS);
      tr.clear(keys.pack(from), keys.pack(from + 3));
      tr.commit().join();
    }
  }

  private void leaveOpen() {
    Transaction tr = database.createTransaction();
    tr.get(anyKey()).join();
    open.add(tr);
    if (open.size() > MOST_OPEN) {
      open.remove().close();
    }
  }

  private byte[] anyKey() {
    return keys.pack(random.nextInt(KEYS));
  }

  private void assertBounded() {
    // Each step commits twice at most, and 8,000 steps make a window.
    int mostCommits = 2 * 8_000;
    int states = cluster.storage().statesKept();
    int conflicts = cluster.proxy().conflictsKept();
    assertTrue(states <= mostCommits + 1, "versions: " + states);
    assertTrue(conflicts <= mostCommits, "writes that can conflict: " + conflicts);
    assertTrue(cluster.watches().size() <= MOST_OPEN, "watches: " + cluster.watches().size());
  }

  /** The first fifth of the run is for the structures to reach their size. */
  private static void assertHeapBounded(List<Long> heap) {
    System.out.println("heap in use over time, in bytes: " + heap);
    if (!heap.isEmpty()) {
      long early = heap.get(heap.size() / 5);
      long last = heap.get(heap.size() - 1);
      assertTrue(last <= early * HEAP_TOLERANCE, "grew from " + early + " to " + last);
    }
  }

  private void assertAllIsReleased() {
    open.forEach(Transaction::close);
    watches.forEach(watch -> watch.cancel(true));
    for (int i = 0; i < 2; i++) {
      time.advance(Duration.ofSeconds(6));
      update();
    }
    assertEquals(2, cluster.storage().statesKept());
    assertEquals(1, cluster.proxy().conflictsKept());
    assertEquals(0, cluster.watches().size());
  }

  @Test
  void watchesThatNobodyWaitsFor_areLimitedAndReleasedByAChange() {
    database.options().setMaxWatches(100);
    for (int i = 0; i < 100; i++) {
      armWatch(i);
    }
    CompletionException refusal = assertThrows(CompletionException.class, () -> armWatch(100));
    assertEquals(1032, ((FDBException) refusal.getCause()).getCode());
    assertEquals(100, cluster.watches().size());

    database.run(
        tr -> {
          for (int i = 0; i < 100; i++) {
            tr.set(keys.pack(i), new byte[1]);
          }
          return null;
        });
    time.runReady();

    assertEquals(0, cluster.watches().size());
    armWatch(100);
  }

  private void armWatch(int key) {
    try (Transaction tr = database.createTransaction()) {
      CompletableFuture<Void> watch = tr.watch(keys.pack(key));
      tr.commit().join();
      if (watch.isCompletedExceptionally()) {
        watch.join();
      }
    }
  }
}
