package io.github.grpconce.simulation.audit;

import static java.util.stream.Collectors.toCollection;

import com.apple.foundationdb.KeyValue;
import com.apple.foundationdb.Range;
import com.apple.foundationdb.Transaction;
import com.apple.foundationdb.tuple.ByteArrayUtil;
import com.google.protobuf.ByteString;
import io.github.grpconce.operator.RetentionSweeper;
import io.github.grpconce.operator.Swept;
import io.github.grpconce.simulation.deployment.Deployment;
import io.github.grpconce.simulation.world.Host;
import io.github.grpconce.simulation.world.World;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** What is left in the store when it should have gone. */
public final class Remains {

  /** What a sweeper waits before it clears, several times over. */
  private static final Duration ONE_ROUND = Duration.ofMinutes(1);

  /** Records go bucket by bucket: of 2²⁰ milliseconds, or of 2³⁰ versions, and some. */
  private static final Duration ONE_BUCKET = Duration.ofMinutes(19);

  /** As a power of two. */
  private static final int MILLIS_IN_A_BUCKET = 20;

  /** Records, and the index of the opaque ones' ages. */
  private static final List<byte[]> KINDS =
      List.of(new byte[] {'t'}, new byte[] {'o'}, new byte[] {'x'});

  /** What is half done is kept, however old: it has to be ended, not forgotten. */
  private static final byte[] IN_PROGRESS = {'p'};

  private static final byte[] LEASES = {'l'};

  private final World world;
  private final Deployment.Store store;

  public Remains(World world, Deployment.Store store) {
    this.world = world;
    this.store = store;
  }

  /** Returns the leases of what isn't in progress any more: nobody would ever remove them. */
  public List<Finding> leases() {
    try (Transaction tr = store.database().createTransaction()) {
      Set<ByteString> inProgress = below(tr, IN_PROGRESS, this::identity);
      return below(tr, LEASES, this::identity).stream()
          .filter(identity -> !inProgress.contains(identity))
          .map(Remains::finding)
          .toList();
    }
  }

  /** Returns what is behind the kind in a key. */
  private byte[] identity(KeyValue pair) {
    int prefix = store.records().getKey().length + 1;
    return Arrays.copyOfRange(pair.getKey(), prefix, pair.getKey().length);
  }

  private static Finding finding(ByteString key) {
    return new Finding(
        Check.NOTHING_OUTLIVES_ITS_RETENTION, ByteArrayUtil.printable(key.toByteArray()));
  }

  /** Sweeps once more, with nothing in the way, and returns what should have gone. */
  public List<Finding> after(Duration retention) {
    world.loop().runFor(retention.plus(ONE_BUCKET));
    Host host = new Host("auditor", world.loop(), world.chance().split(), unharmed -> {});
    CompletableFuture<Swept> swept =
        RetentionSweeper.newBuilder(store.database(), store.records())
            .retention(retention)
            .clock(world.loop()::now)
            .random(world.chance().split())
            .executor(host)
            .timer(host.timer())
            .build()
            .sweepOnce();
    world.loop().runFor(ONE_ROUND);
    if (!swept.isDone() || swept.isCompletedExceptionally()) {
      return List.of(
          new Finding(Check.NOTHING_OUTLIVES_ITS_RETENTION, "nothing could be swept: " + swept));
    }
    try (Transaction tr = store.database().createTransaction()) {
      Set<ByteString> inProgress = below(tr, IN_PROGRESS, KeyValue::getValue);
      return KINDS.stream()
          .flatMap(kind -> below(tr, kind, KeyValue::getKey).stream())
          .filter(key -> inProgress.stream().noneMatch(key::startsWith))
          .filter(key -> !isOfTheFuture(key))
          .map(Remains::finding)
          .toList();
    }
  }

  /** Calls that were claimed by a server whose clock was ahead: their records are kept longer. */
  private boolean isOfTheFuture(ByteString key) {
    int kind = store.records().getKey().length;
    if (key.byteAt(kind) != 't') {
      return false;
    }
    long bucket = key.substring(kind + 2).asReadOnlyByteBuffer().getInt();
    return bucket << MILLIS_IN_A_BUCKET > world.loop().now().minus(ONE_BUCKET).toEpochMilli();
  }

  private Set<ByteString> below(
      Transaction tr, byte[] kind, Function<KeyValue, byte[]> keyOrValue) {
    byte[] prefix = ByteArrayUtil.join(store.records().getKey(), kind);
    return tr.getRange(Range.startsWith(prefix)).asList().join().stream()
        .map(keyOrValue)
        .map(ByteString::copyFrom)
        .collect(toCollection(LinkedHashSet::new));
  }
}
