package io.github.grpconce.internal.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.Transaction;
import com.apple.foundationdb.subspace.Subspace;
import com.google.protobuf.ByteString;
import io.github.grpconce.RequestId;
import io.github.grpconce.UnreadableRecordException;
import io.github.grpconce.embedded.EmbeddedDatabase;
import io.github.grpconce.embedded.VirtualTime;
import io.github.grpconce.internal.fingerprint.RequestFingerprints;
import io.github.grpconce.internal.store.StoreError;
import io.github.grpconce.test.v1.AddRequest;
import io.github.grpconce.teststore.OnEngineOnly;
import io.github.grpconce.teststore.StoreTest;
import io.github.grpconce.teststore.TestStore;
import io.github.grpconce.v1.Fingerprint;
import io.github.grpconce.v1.Metadatum;
import io.github.grpconce.v1.Outcome;
import io.github.grpconce.v1.Record;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@StoreTest
class RecordsTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Subspace SUBSPACE = new Subspace(new byte[] {'S'});
  private static final RequestId TIME_BEARING =
      RequestId.of("01890a5d-ac96-774b-bcce-b302099a8057");
  private static final Instant TIME = TIME_BEARING.time().orElseThrow();
  private static final RecordIdentity IDENTITY = identity(TIME_BEARING);
  private static final RecordIdentity OPAQUE = identity(RequestId.of("order-17"));
  private static final Fingerprint FINGERPRINT =
      RequestFingerprints.of("pkg.Service/Method", AddRequest.getDescriptor())
          .of(List.of(AddRequest.newBuilder().setAccount("alice").setAmount(5).build()));
  private static final Outcome OUTCOME =
      Outcome.newBuilder().addResponses(ByteString.copyFromUtf8("response")).build();

  private static final String FROZEN_RECORD =
      "0801122008031210d6d39daf4252fbef70a5fa0539ed4ba91a06017be6029600220203041a0a2a08726573706f6e7365";

  private final VirtualTime time = new VirtualTime();

  @AutoClose
  private final Database database =
      TestStore.open(() -> EmbeddedDatabase.newBuilder().timeline(time).build(), time::nanoTime);

  private final Records records = Records.in(SUBSPACE);

  @Test
  void absentThenWrittenThenFound() {
    assertInstanceOf(Lookup.Absent.class, find(IDENTITY));
    write(IDENTITY, OUTCOME);

    Record found = assertInstanceOf(Lookup.Found.class, find(IDENTITY)).record();
    assertEquals(OUTCOME, found.getOutcome());
    assertEquals(FINGERPRINT, found.getFingerprint());
    assertInstanceOf(Lookup.Absent.class, find(OPAQUE));
  }

  /** Today's bytes: records written by this version must stay readable. */
  @OnEngineOnly("versions that begin at 0")
  @Test
  void whatIsStored_isFrozen() {
    write(IDENTITY, OUTCOME);
    write(OPAQUE, OUTCOME);

    Map<String, String> expected = new TreeMap<>();
    expected.put("S f", "00000001");
    expected.put("S s", "0000000000000002");
    expected.put("S t 7e001890a5dae13a43e303b791bf6a9c2d026c1d", FROZEN_RECORD);
    expected.put("S o e21205a02ffa54af3870b0b6e2b83c91", FROZEN_RECORD);
    expected.put("S x e200000000e21205a02ffa54af3870b0b6e2b83c91", "");
    assertEquals(expected, contents());
  }

  @Test
  void recordOfToday_staysReadable() {
    byte[] key = new RecordKeys(SUBSPACE).record(IDENTITY);
    run(
        tr -> {
          tr.set(key, HexFormat.of().parseHex(FROZEN_RECORD));
          return null;
        });

    assertEquals(OUTCOME, ((Lookup.Found) find(IDENTITY)).record().getOutcome());
  }

  @Test
  void outcomeWithAllThatItCanHave_isFrozen() {
    Outcome full =
        Outcome.newBuilder()
            .setCode(5)
            .setMessage("no such account")
            .addHeaders(metadatum("h", "1"))
            .addTrailers(metadatum("grpc-status-details-bin", "2"))
            .addResponses(ByteString.copyFromUtf8("3"))
            .build();

    assertEquals(
        "0805120f6e6f2073756368206163636f756e741a060a016812013122"
            + "1c0a17677270632d7374617475732d64657461696c732d62696e1201322a0133",
        HexFormat.of().formatHex(full.toByteArray()));
  }

  @Test
  void record_isAtMost120BytesOnTopOfTheResponse() {
    byte[] response = new byte[1000];
    write(OPAQUE, Outcome.newBuilder().addResponses(ByteString.copyFrom(response)).build());

    String value = contents().get("S o " + OPAQUE);
    assertTrue(value.length() / 2 <= response.length + 120, () -> value.length() / 2 + " bytes");
  }

  @Test
  void hugeRecord_isSplitAndReadBackWhole() {
    Outcome huge =
        Outcome.newBuilder()
            .addResponses(ByteString.copyFrom(new byte[200_000]))
            .addResponses(ByteString.copyFromUtf8("last"))
            .build();
    write(IDENTITY, huge);

    assertEquals(huge, ((Lookup.Found) find(IDENTITY)).record().getOutcome());
    // Three parts, the record that says so, and the format.
    assertEquals(6, contents().size());
  }

  @Test
  void hugeRecordWithoutAPart_isRefused() {
    write(
        IDENTITY,
        Outcome.newBuilder().addResponses(ByteString.copyFrom(new byte[200_000])).build());
    byte[] key = new RecordKeys(SUBSPACE).record(IDENTITY);
    run(
        tr -> {
          tr.clear(RecordKeys.part(key, 1));
          return null;
        });

    assertUnreadable(IDENTITY);
  }

  @Test
  void damagedRecord_isRefused() {
    byte[] key = new RecordKeys(SUBSPACE).record(IDENTITY);
    run(
        tr -> {
          tr.set(key, new byte[] {(byte) 0xFF});
          return null;
        });

    assertUnreadable(IDENTITY);
  }

  @Test
  void emptyValue_isRefused() {
    byte[] key = new RecordKeys(SUBSPACE).record(IDENTITY);
    run(
        tr -> {
          tr.set(key, new byte[0]);
          return null;
        });

    assertUnreadable(IDENTITY);
  }

  @Test
  void newerRecordWithUnknownFields_isRefused() {
    byte[] key = new RecordKeys(SUBSPACE).record(IDENTITY);
    run(
        tr -> {
          tr.set(key, Record.newBuilder().setFormat(2).build().toByteArray());
          return null;
        });

    assertUnreadable(IDENTITY);
  }

  @Test
  void damagedHorizonOrFormat_isRefused() {
    put("h", new byte[7]);
    assertUnreadable(IDENTITY);
    put("h", new byte[8]);
    put("f", new byte[3]);
    assertUnreadable(IDENTITY);
  }

  @Test
  void twoExecutions_excludeEachOther() {
    Transaction one = database.createTransaction();
    Transaction other = database.createTransaction();
    Lookup.Absent seenByOne = (Lookup.Absent) answerOf(records.find(one, IDENTITY));
    Lookup.Absent seenByOther = (Lookup.Absent) answerOf(records.find(other, IDENTITY));
    records.complete(one, IDENTITY, seenByOne, FINGERPRINT, OUTCOME);
    // As a handler may have done before.
    other.options().setNextWriteNoWriteConflictRange();
    records.complete(other, IDENTITY, seenByOther, FINGERPRINT, OUTCOME);

    answerOf(other.commit());
    CompletionException conflict =
        assertThrows(CompletionException.class, () -> answerOf(one.commit()));

    assertEquals(1020, StoreError.causing(conflict).orElseThrow().code());
  }

  @Test
  void idsUpToTheHorizon_areExpired() {
    putHorizon(TIME);

    assertEquals(new Lookup.Expired(TIME), find(IDENTITY));
    assertInstanceOf(Lookup.Absent.class, find(OPAQUE));
    putHorizon(TIME.minusMillis(1));
    time.advance(Duration.ofSeconds(11));
    assertInstanceOf(Lookup.Absent.class, find(IDENTITY));
  }

  @Test
  void horizon_isReadAgainWhenTheTransactionIsNewerThanTheAllowedAge() {
    find(IDENTITY);
    putHorizon(TIME);

    time.advance(Duration.ofSeconds(9));
    assertInstanceOf(Lookup.Absent.class, find(IDENTITY));
    time.advance(Duration.ofSeconds(2));
    assertInstanceOf(Lookup.Expired.class, find(IDENTITY));
  }

  /**
   * With a restored backup versions go back by as much as they have grown since: they don't tell
   * that what is known is of a future that was undone. It is dropped by the process's own clock.
   */
  @ParameterizedTest
  @CsvSource({"10000000000, false", "10000000001, true"})
  void horizon_isReadAgainAfterTenSeconds_whateverTheVersionsSay(long nanos, boolean again) {
    AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 1);
    Records own = Records.in(SUBSPACE, clock::get);
    run(tr -> answerOf(own.find(tr, IDENTITY)));
    putHorizon(TIME);

    clock.addAndGet(nanos);
    Lookup found = run(tr -> answerOf(own.find(tr, IDENTITY)));

    assertEquals(again, found instanceof Lookup.Expired);
  }

  /** Nor does the clock make up for versions. */
  @Test
  void horizon_isReadAgainByVersions_whateverTheClockSays() {
    Records own = Records.in(SUBSPACE, () -> 0);
    run(tr -> answerOf(own.find(tr, IDENTITY)));
    putHorizon(TIME);
    time.advance(Duration.ofSeconds(11));

    assertInstanceOf(Lookup.Expired.class, run(tr -> answerOf(own.find(tr, IDENTITY))));
  }

  /** The age that counts is the transaction's, not the moment's. */
  @Test
  void horizonThatWasReadLater_isUsedByOlderTransactionsToo() {
    Transaction old = database.createTransaction();
    answerOf(old.getReadVersion());
    time.advance(Duration.ofSeconds(1));
    putHorizon(TIME);
    find(OPAQUE);

    assertInstanceOf(Lookup.Expired.class, answerOf(records.find(old, IDENTITY)));
  }

  @Test
  void horizon_isNotReadAtEveryCall() {
    // Were it read, it would be refused.
    find(IDENTITY);
    put("h", new byte[7]);

    assertInstanceOf(Lookup.Absent.class, find(IDENTITY));
  }

  @Test
  void newerFormatOfTheSubspace_isNeverLowered() {
    Transaction transaction = database.createTransaction();
    Lookup.Absent seen = (Lookup.Absent) answerOf(records.find(transaction, IDENTITY));
    put("f", ByteBuffer.allocate(4).putInt(2).array());
    records.complete(transaction, IDENTITY, seen, FINGERPRINT, OUTCOME);
    answerOf(transaction.commit());

    assertEquals("00000002", contents().get("S f"));
    time.advance(Duration.ofSeconds(11));
    assertUnreadable(IDENTITY);
  }

  private void assertUnreadable(RecordIdentity identity) {
    CompletionException failure = assertThrows(CompletionException.class, () -> fresh(identity));
    assertInstanceOf(UnreadableRecordException.class, failure.getCause());
  }

  private Lookup fresh(RecordIdentity identity) {
    return run(tr -> answerOf(Records.in(SUBSPACE).find(tr, identity)));
  }

  private Lookup find(RecordIdentity identity) {
    return run(tr -> answerOf(records.find(tr, identity)));
  }

  private void write(RecordIdentity identity, Outcome outcome) {
    run(
        tr -> {
          Lookup.Absent absent = (Lookup.Absent) answerOf(records.find(tr, identity));
          records.complete(tr, identity, absent, FINGERPRINT, outcome);
          return null;
        });
  }

  private void putHorizon(Instant horizon) {
    put("h", ByteBuffer.allocate(8).putLong(horizon.toEpochMilli()).array());
  }

  private void put(String kind, byte[] value) {
    run(
        tr -> {
          tr.set(new byte[] {'S', (byte) kind.charAt(0)}, value);
          return null;
        });
  }

  private <T> T run(Function<Transaction, T> function) {
    try (Transaction transaction = database.createTransaction()) {
      T result = function.apply(transaction);
      answerOf(transaction.commit());
      return result;
    }
  }

  /** Waits for the store. */
  private static <T> T answerOf(CompletableFuture<T> future) {
    return future.orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS).join();
  }

  /** All keys and values; keys as "S kind rest", the rest in hexadecimal digits. */
  private Map<String, String> contents() {
    HexFormat hex = HexFormat.of();
    Map<String, String> contents = new TreeMap<>();
    run(tr -> answerOf(tr.getRange(SUBSPACE.range()).asList()))
        .forEach(
            entry -> {
              byte[] key = entry.getKey();
              String rest = key.length == 2 ? "" : " " + hex.formatHex(key, 2, key.length);
              contents.put("S " + (char) key[1] + rest, hex.formatHex(entry.getValue()));
            });
    return contents;
  }

  private static Metadatum metadatum(String key, String value) {
    return Metadatum.newBuilder().setKey(key).setValue(ByteString.copyFromUtf8(value)).build();
  }

  private static RecordIdentity identity(RequestId id) {
    return RecordIdentity.of("scope", "pkg.Service/Method", id);
  }
}
