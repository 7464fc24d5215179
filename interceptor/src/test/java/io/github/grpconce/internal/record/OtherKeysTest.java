package io.github.grpconce.internal.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.apple.foundationdb.Transaction;
import com.apple.foundationdb.subspace.Subspace;
import com.apple.foundationdb.tuple.ByteArrayUtil;
import com.apple.foundationdb.tuple.Tuple;
import io.github.grpconce.UnreadableRecordException;
import io.github.grpconce.operator.RecordInspector;
import io.github.grpconce.operator.RetentionSweeper;
import io.github.grpconce.server.IdempotencyServerInterceptor;
import io.github.grpconce.server.IdempotentConsumer;
import io.github.grpconce.teststore.StoreTest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A subspace that the guard doesn't have for itself. */
@StoreTest
class OtherKeysTest {

  private static final Duration RETENTION = Duration.ofHours(24);

  private final RecordStore store = new RecordStore();

  private static byte[] below(String key) {
    return ByteArrayUtil.join(
        RecordStore.SPACE.getKey(), key.getBytes(StandardCharsets.ISO_8859_1));
  }

  private void write(byte[] key) {
    store.write(tr -> tr.set(key, new byte[] {1}));
  }

  private void assertRefused() {
    assertRefused(() -> store.find(store.timeBearingId()));
  }

  private void assertRefused(Executable use) {
    CompletionException failure = assertThrows(CompletionException.class, use);
    var refusal = assertInstanceOf(UnreadableRecordException.class, failure.getCause());
    assertEquals(
        "the subspace \\x02records\\x00 holds other keys than the guard's: give the guard a"
            + " subspace of its own, to which nobody else writes",
        refusal.getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "a", "data/1", "h\0", "orders/1", "p1", "t0001", "x", "z", "\u00ff\u00ff"})
  void subspaceThatHoldsAnything_isRefusedBeforeTheFirstRecord(String other) {
    write(below(other));

    assertRefused();
    assertRefused(() -> store.time.join(store.sweeper(RETENTION).build().sweepOnce()));
    assertEquals(0, store.count('f'));
    assertEquals(0, store.count('s'));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a",
        "f\0",
        "g",
        "h1",
        "m",
        "ns",
        "q",
        "r",
        "s0",
        "u",
        "w",
        "y",
        "\u00ff\u00ff"
      })
  void subspaceThatHoldsOtherKindsOfKeys_isRefusedByWhoeverUsesItFirst(String other) {
    store.executed(store.timeBearingId());
    store.executed(store.opaqueId());
    store.beginExecution(store.executed(store.timeBearingId()));
    Records running = Records.in(RecordStore.SPACE);
    store.in(tr -> running.find(tr, RecordStore.identity(store.opaqueId())));
    write(below(other));

    assertRefused();
    assertRefused(() -> store.time.join(store.sweeper(RETENTION).build().sweepOnce()));
    // It was alone when this one began.
    assertInstanceOf(
        Lookup.Absent.class,
        store.<Lookup>in(tr -> running.find(tr, RecordStore.identity(store.opaqueId()))));
  }

  /** What a sweeper leaves before the first record doesn't hide what stands behind it. */
  @Test
  void subspaceThatWasOnlySwept_isLookedAtAsIfItWereNew() {
    store.time.join(store.sweeper(RETENTION).build().sweepOnce());
    write(below("t0001"));

    assertRefused();
    assertRefused(() -> store.time.join(store.sweeper(RETENTION).build().sweepOnce()));
  }

  @Test
  void tuplesOfAnApplication_areOthers() {
    store.executed(store.timeBearingId());
    write(RecordStore.SPACE.pack(Tuple.from("accounts", 17)));

    assertRefused();
  }

  @Test
  void subspaceThatIsInOrderAgain_isUsed() {
    write(below("data"));
    Records records = Records.in(RecordStore.SPACE);
    assertRefused(() -> store.in(tr -> records.find(tr, RecordStore.identity(store.opaqueId()))));

    store.write(tr -> tr.clear(below("data")));

    assertInstanceOf(
        Lookup.Absent.class,
        store.<Lookup>in(tr -> records.find(tr, RecordStore.identity(store.opaqueId()))));
  }

  /** What stands around the subspace is nobody's business. */
  @Test
  void neighbours_areNoOthers() {
    write(Tuple.from("record").pack());
    write(Tuple.from("recordt").pack());
    write(Tuple.from("zebra").pack());
    store.executed(store.timeBearingId());
    store.time.join(store.sweeper(RETENTION).build().sweepOnce());

    assertInstanceOf(Lookup.Absent.class, store.find(store.timeBearingId()));
  }

  @Test
  void everythingOfTheGuards_isItsOwn() {
    store.time.join(store.sweeper(RETENTION).build().sweepOnce());
    assertInstanceOf(Lookup.Absent.class, store.find(store.timeBearingId()), "swept, then used");
    store.executed(store.timeBearingId(), 200_000);
    store.executed(store.opaqueId());
    store.beginExecution(store.executed(store.timeBearingId()));

    assertInstanceOf(Lookup.Absent.class, store.find(store.timeBearingId()));
  }

  /** A foreign key must not cost the calls of the moment anything. */
  @Test
  void look_conflictsWithNobody() {
    Transaction looking = store.database.createTransaction();
    store.time.join(
        Records.in(RecordStore.SPACE).find(looking, RecordStore.identity(store.opaqueId())));
    looking.set(Tuple.from("elsewhere").pack(), new byte[0]);
    write(below("data"));

    store.time.join(looking.commit());
    looking.close();
  }

  @Test
  void wholeDatabase_isRefusedByWhoeverIsGivenIt() {
    Subspace everything = new Subspace();
    assertRefusedAtOnce(
        () -> IdempotencyServerInterceptor.newBuilder(store.database, everything).build());
    assertRefusedAtOnce(() -> RetentionSweeper.newBuilder(store.database, everything).build());
    assertRefusedAtOnce(() -> RecordInspector.of(store.database, everything));
    assertRefusedAtOnce(() -> IdempotentConsumer.named("c", store.database, everything));
  }

  private static void assertRefusedAtOnce(Executable use) {
    String message = assertThrows(IllegalArgumentException.class, use).getMessage();
    assertTrue(message.contains("the whole database: give one with a prefix"), message);
  }
}
