package io.github.grpconce.simulation;

import com.apple.foundationdb.KeyValue;
import com.apple.foundationdb.Range;
import com.apple.foundationdb.Transaction;
import com.apple.foundationdb.tuple.ByteArrayUtil;
import io.github.grpconce.record.RetentionSweeper;
import io.github.grpconce.record.Swept;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What is left of the records when all of them are older than the retention. */
final class Remains {

  /** What a sweeper waits before it clears, several times over. */
  private static final Duration ONE_ROUND = Duration.ofMinutes(1);

  /** Records go bucket by bucket: 2²⁰ milliseconds and some. */
  private static final Duration ONE_BUCKET = Duration.ofMinutes(18);

  private static final byte[] TIME_BEARING = {'t'};

  private final World world;
  private final Deployment.Store store;

  Remains(World world, Deployment.Store store) {
    this.world = world;
    this.store = store;
  }

  /** Sweeps once more, with nothing in the way, and returns what should have gone. */
  List<String> after(Duration retention) {
    world.loop().runUntil(Duration.ofNanos(world.loop().nanoTime()).plus(ONE_BUCKET));
    Host host = new Host("auditor", world.loop(), world.chance().split(), unharmed -> {});
    CompletableFuture<Swept> swept =
        RetentionSweeper.newBuilder(store.database(), store.records())
            .retention(retention)
            .clock(world.loop()::now)
            .random(world.chance().split())
            .executor(host)
            .timer(new HostScheduler(host))
            .build()
            .sweepOnce();
    world.loop().runUntil(Duration.ofNanos(world.loop().nanoTime()).plus(ONE_ROUND));
    if (!swept.isDone() || swept.isCompletedExceptionally()) {
      return List.of("nothing could be swept: " + swept);
    }
    byte[] kind = ByteArrayUtil.join(store.records().getKey(), TIME_BEARING);
    try (Transaction tr = store.database().createTransaction()) {
      return tr.getRange(Range.startsWith(kind)).asList().join().stream()
          .map(KeyValue::getKey)
          .map(key -> "outlived its retention: " + ByteArrayUtil.printable(key))
          .toList();
    }
  }
}
