package io.github.grpconce.internal.record;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.Range;
import com.apple.foundationdb.Transaction;
import com.apple.foundationdb.subspace.Subspace;
import com.apple.foundationdb.tuple.ByteArrayUtil;
import com.apple.foundationdb.tuple.Tuple;
import com.google.protobuf.ByteString;
import io.github.grpconce.RequestId;
import io.github.grpconce.embedded.EmbeddedDatabase;
import io.github.grpconce.embedded.TimelineScheduler;
import io.github.grpconce.embedded.VirtualTime;
import io.github.grpconce.operator.RetentionSweeper;
import io.github.grpconce.operator.RetentionSweeperBuilder;
import io.github.grpconce.teststore.TestStore;
import io.github.grpconce.v1.Fingerprint;
import io.github.grpconce.v1.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;

/** A store with records, whose time passes only when it is told to. */
public final class RecordStore {

  /** When the store's time began. A bucket begins shortly after. */
  static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

  public static final Subspace SPACE = new Subspace(Tuple.from("records"));

  public static final String METHOD = "test.Service/Do";

  public final VirtualTime time = new VirtualTime();
  public final Database database;
  public final RecordKeys keys = new RecordKeys(SPACE);
  private final SplittableRandom random;

  public RecordStore() {
    this(1);
  }

  public RecordStore(long seed) {
    this.random = new SplittableRandom(seed);
    this.database =
        TestStore.openPrompt(
            () ->
                EmbeddedDatabase.newBuilder()
                    .timeline(time)
                    .executor(time)
                    .random(random.split())
                    .build(),
            time::nanoTime);
  }

  public Instant now() {
    return START.plusNanos(time.nanoTime());
  }

  /** A sweeper in the store's time. */
  public RetentionSweeperBuilder sweeper(Duration retention) {
    return sweeper(database, retention);
  }

  /** A sweeper in the store's time that sees the store through a view. */
  public RetentionSweeperBuilder sweeper(Database view, Duration retention) {
    return RetentionSweeper.newBuilder(view, SPACE)
        .retention(retention)
        .clock(this::now)
        .timer(new TimelineScheduler(time, time))
        .executor(time)
        .random(random.split());
  }

  public RequestId timeBearingId() {
    return timeBearingId(now());
  }

  public RequestId timeBearingId(Instant at) {
    return RequestId.random(() -> at, () -> new UUID(random.nextLong(), random.nextLong()));
  }

  public RequestId opaqueId() {
    return RequestId.of("opaque-" + random.nextLong());
  }

  public static RecordIdentity identity(RequestId id) {
    return RecordIdentity.of("", METHOD, id);
  }

  /** Runs work in a transaction, letting time pass as far as it takes. */
  public <T> T in(Function<Transaction, CompletableFuture<T>> work) {
    return time.join(begin(work));
  }

  public <T> CompletableFuture<T> begin(Function<Transaction, CompletableFuture<T>> work) {
    return database.runAsync(work, time);
  }

  /** What somebody who has cached nothing finds now. */
  public Lookup find(RequestId id) {
    return in(tr -> Records.in(SPACE).find(tr, identity(id)));
  }

  /** Executes an operation that must have no record, with a small outcome. */
  public RequestId executed(RequestId id) {
    return executed(id, 10);
  }

  public RequestId executed(RequestId id, int responseBytes) {
    in(tr -> execute(tr, id, responseBytes));
    return id;
  }

  public CompletableFuture<Lookup> execute(Transaction tr, RequestId id, int responseBytes) {
    Records records = Records.in(SPACE);
    return records
        .find(tr, identity(id))
        .thenApply(
            found -> {
              records.complete(
                  tr,
                  identity(id),
                  (Lookup.Absent) found,
                  Fingerprint.getDefaultInstance(),
                  outcome(responseBytes));
              return found;
            });
  }

  private static Outcome outcome(int responseBytes) {
    return Outcome.newBuilder().addResponses(ByteString.copyFrom(new byte[responseBytes])).build();
  }

  /** Lists an operation's execution as one in progress. */
  public void beginExecution(RequestId id) {
    write(tr -> tr.set(keys.execution(hash(id)), keys.record(identity(id))));
  }

  public void endExecution(RequestId id) {
    write(tr -> tr.clear(keys.execution(hash(id))));
  }

  public void write(Consumer<Transaction> work) {
    in(
        tr -> {
          work.accept(tr);
          return CompletableFuture.completedFuture(null);
        });
  }

  public static byte[] hash(RequestId id) {
    return identity(id).hash().toByteArray();
  }

  public static byte[] prefix(char kind) {
    return ByteArrayUtil.join(SPACE.getKey(), new byte[] {(byte) kind});
  }

  /** How many keys there are of a kind: the letter that they begin with. */
  public int count(char kind) {
    return in(tr -> tr.getRange(Range.startsWith(prefix(kind))).asList()).size();
  }
}
