package io.github.grpconce.embedded.internal.ryw;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.KeyValue;
import com.apple.foundationdb.MutationType;
import com.apple.foundationdb.Range;
import com.apple.foundationdb.Transaction;
import com.apple.foundationdb.subspace.Subspace;
import com.apple.foundationdb.tuple.ByteArrayUtil;
import com.apple.foundationdb.tuple.Tuple;
import com.apple.foundationdb.tuple.Versionstamp;
import io.github.grpconce.embedded.Awaited;
import io.github.grpconce.embedded.EmbeddedDatabase;
import io.github.grpconce.embedded.ErrorCode;
import io.github.grpconce.embedded.VirtualTime;
import io.github.grpconce.embedded.conformance.StampedKeys;
import io.github.grpconce.embedded.internal.key.Versionstamps;
import io.github.grpconce.teststore.OnEngineOnly;
import io.github.grpconce.teststore.StoreTest;
import io.github.grpconce.teststore.TestStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Keys that contain the version of their commit, and what they do to the keys around them. */
@StoreTest
final class VersionstampTest {
  private static final byte[] PREFIX = {'p'};
  private static final byte[] VALUE = {7};
  private static final byte[] PLACEHOLDER = new byte[Versionstamps.LENGTH];
  private static final byte[] OFFSET = {1, 0, 0, 0};
  private static final byte[] STAMPED = ByteArrayUtil.join(PREFIX, PLACEHOLDER, OFFSET);

  private final VirtualTime time = new VirtualTime();
  private final Database database =
      TestStore.open(
          () -> EmbeddedDatabase.newBuilder().timeline(time).executor(time).build(),
          time::nanoTime);
  private final Transaction tr = database.createTransaction();

  @Test
  void severalStampedKeysOfATransaction_allCome() {
    tr.mutate(MutationType.SET_VERSIONSTAMPED_KEY, stamped(1), VALUE);
    tr.mutate(MutationType.SET_VERSIONSTAMPED_KEY, stamped(3), VALUE);
    tr.mutate(MutationType.SET_VERSIONSTAMPED_KEY, stamped(2), VALUE);
    CompletableFuture<byte[]> stamp = tr.getVersionstamp();
    Awaited.join(time, tr.commit());

    List<KeyValue> rows = rows();
    assertEquals(3, rows.size());
    for (int i = 0; i < rows.size(); i++) {
      byte[] suffix = {(byte) (i + 1)};
      assertArrayEquals(
          ByteArrayUtil.join(PREFIX, Awaited.join(time, stamp), suffix), rows.get(i).getKey());
    }
  }

  @Test
  void writesAmongWhatTheKeyCanBecome_arePartOfTheCommit() {
    byte[] before = possible(5);
    byte[] cleared = possible(6);
    set(cleared);
    tr.set(before, VALUE);
    tr.clear(cleared);
    tr.mutate(MutationType.SET_VERSIONSTAMPED_KEY, STAMPED, VALUE);
    tr.set(possible(7), VALUE);
    Awaited.join(time, tr.commit());

    Transaction reader = database.createTransaction();
    assertArrayEquals(VALUE, Awaited.join(time, reader.get(before)));
    assertArrayEquals(VALUE, Awaited.join(time, reader.get(possible(7))));
    assertNull(Awaited.join(time, reader.get(cleared)));
    assertEquals(3, rows().size());
  }

  @Test
  void clearOfMoreThanTheKeyCanBecome_isPartOfTheCommit_withItsConflicts() {
    byte[] cleared = possible(6);
    set(cleared);
    Transaction reader = database.createTransaction();
    Awaited.join(time, reader.get(cleared));
    tr.clear(Range.startsWith(PREFIX));
    tr.mutate(MutationType.SET_VERSIONSTAMPED_KEY, STAMPED, VALUE);
    Awaited.join(time, tr.commit());

    assertEquals(1, rows().size());
    reader.set(VALUE, VALUE);
    assertEquals(1020, code(reader.commit()));
  }

  @Test
  void stampedKey_conflictsWithWhoReadWhereItComes() {
    Transaction reader = database.createTransaction();
    Awaited.join(time, reader.getRange(Range.startsWith(PREFIX)).asList());
    tr.mutate(MutationType.SET_VERSIONSTAMPED_KEY, STAMPED, VALUE);
    Awaited.join(time, tr.commit());

    reader.set(VALUE, VALUE);
    assertEquals(1020, code(reader.commit()));
  }

  @OnEngineOnly("virtual time")
  @Test
  void keyThatCanNoLongerCome_isReadable_onceTheReadVersionIsKnown() {
    time.advance(Duration.ofSeconds(1));
    tr.mutate(MutationType.SET_VERSIONSTAMPED_KEY, STAMPED, VALUE);
    assertEquals(1036, code(tr.get(possible(5))));

    Transaction knowing = database.createTransaction();
    long version = Awaited.join(time, knowing.getReadVersion());
    assertReadableBelow(version, knowing);

    Transaction asking = database.createTransaction();
    asking.setReadVersion(version - 10);
    assertReadableBelow(version - 10, asking);
  }

  @OnEngineOnly("sizes without a prefix")
  @Test
  void readConflictAroundAStampedKey_isCountedForEachOfItsParts_butTheKeyIsNone() {
    tr.mutate(MutationType.SET_VERSIONSTAMPED_KEY, STAMPED, VALUE);
    long written = Awaited.join(time, tr.getApproximateSize());
    assertEquals(44 + STAMPED.length + VALUE.length, written);
    tr.addReadConflictRange(PREFIX, new byte[] {'q'});

    assertEquals(written + 4 * (24 + 1 + 1), Awaited.join(time, tr.getApproximateSize()));
  }

  private void assertReadableBelow(long version, Transaction reading) {
    reading.mutate(MutationType.SET_VERSIONSTAMPED_KEY, STAMPED, VALUE);
    assertNull(Awaited.join(time, reading.get(possible(version - 1))));
    assertNull(Awaited.join(time, reading.get(STAMPED)), "the key with its placeholder");
    assertEquals(1036, code(reading.get(possible(version))));
  }

  @Test
  void stampThatDoesNotFit_isRefused() {
    for (byte[] key :
        List.of(
            new byte[0],
            new byte[3],
            new byte[13],
            ByteArrayUtil.join(PLACEHOLDER, OFFSET),
            ByteArrayUtil.join(PLACEHOLDER, new byte[] {-1, -1, -1, -1}))) {
      assertEquals(2000, refusal(MutationType.SET_VERSIONSTAMPED_KEY, key, VALUE));
      assertEquals(2000, refusal(MutationType.SET_VERSIONSTAMPED_VALUE, VALUE, key));
    }
  }

  private int refusal(MutationType type, byte[] key, byte[] operand) {
    try (Transaction refused = database.createTransaction()) {
      refused.mutate(type, key, operand);
      return code(refused.commit());
    }
  }

  /** A key that the stamped one could become, were its commit's version this one. */
  private static byte[] possible(long version) {
    return ByteArrayUtil.join(PREFIX, Versionstamps.of(version, 0));
  }

  private static byte[] stamped(int suffix) {
    return ByteArrayUtil.join(PREFIX, PLACEHOLDER, new byte[] {(byte) suffix}, OFFSET);
  }

  private List<KeyValue> rows() {
    return Awaited.join(
        time, database.createTransaction().getRange(Range.startsWith(PREFIX)).asList());
  }

  private void set(byte[] key) {
    database.run(
        other -> {
          other.set(key, VALUE);
          return null;
        });
  }

  private int code(CompletableFuture<?> answer) {
    return ErrorCode.of(time, answer);
  }

  /** As the README has it: {@code Tuple.packWithVersionstamp} needs the native library. */
  @Test
  void tupleWithAPlaceholder_isStampedInItsPlace() {
    Subspace subspace = new Subspace(Tuple.from("sub", 1));
    tr.mutate(MutationType.SET_VERSIONSTAMPED_KEY, StampedKeys.pack(subspace, 7), VALUE);
    CompletableFuture<byte[]> stamp = tr.getVersionstamp();
    Awaited.join(time, tr.commit());

    Transaction reader = database.createTransaction();
    List<KeyValue> rows = Awaited.join(time, reader.getRange(subspace.range()).asList());
    Versionstamp expected = Versionstamp.complete(Awaited.join(time, stamp), 7);
    assertEquals(Tuple.from("entry", expected, "tail"), subspace.unpack(rows.get(0).getKey()));
  }
}
