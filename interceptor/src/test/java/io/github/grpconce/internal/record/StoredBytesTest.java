package io.github.grpconce.internal.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.apple.foundationdb.KeyValue;
import com.apple.foundationdb.Range;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.github.grpconce.Mutants;
import io.github.grpconce.RequestId;
import io.github.grpconce.UnreadableRecordException;
import io.github.grpconce.internal.fingerprint.PresentedRequest;
import io.github.grpconce.internal.fingerprint.RequestFingerprints;
import io.github.grpconce.operator.RecordInspector;
import io.github.grpconce.operator.RetentionSweeper;
import io.github.grpconce.teststore.StoreTest;
import io.github.grpconce.v1.Execution;
import io.github.grpconce.v1.Failure;
import io.github.grpconce.v1.Fingerprint;
import io.github.grpconce.v1.Lease;
import io.github.grpconce.v1.Outcome;
import io.github.grpconce.v1.Record;
import io.github.grpconce.v1.Step;
import io.github.grpconce.v1.StoredRequest;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeProperty;

/** Whatever the store holds is understood or refused; what is damaged is never taken for absent. */
@Tag(StoreTest.TAG)
class StoredBytesTest {

  private static final RequestId ID = RequestId.of("opaque");
  private static final RequestId TIME_BEARING =
      RequestId.of("01890a5d-ac96-774b-bcce-b302099a8057");
  private static final Fingerprint FINGERPRINT =
      Fingerprint.newBuilder().setVersion(1).setDigest(ByteString.copyFromUtf8("digest")).build();
  private static final Record COMPLETE =
      Record.newBuilder()
          .setFormat(SubspaceState.FORMAT)
          .setFingerprint(FINGERPRINT)
          .setOutcome(Outcome.newBuilder().addResponses(ByteString.copyFromUtf8("response")))
          .build();
  private static final Record IN_PROGRESS =
      Record.newBuilder()
          .setFormat(SubspaceState.FORMAT)
          .setFingerprint(FINGERPRINT)
          .setExecution(
              Execution.newBuilder()
                  .setToken(3)
                  .setOwner("owner")
                  .setRequestId(ID.value())
                  .setMethod(RecordStore.METHOD)
                  .setScope("scope"))
          .build();
  private static final Record IN_PARTS =
      COMPLETE.toBuilder()
          .setOutcome(Outcome.newBuilder().addResponses(ByteString.copyFrom(new byte[200_000])))
          .build();

  /** Its warnings are expected, and there are many. */
  private static final Logger LOG = Logger.getLogger(Leases.class.getName());

  private final RecordStore store = new RecordStore();
  private final RecordKeys keys = store.keys;
  private final byte[] key = keys.record(RecordStore.identity(ID));

  @BeforeProperty
  void mute() {
    LOG.setLevel(Level.OFF);
  }

  @AfterProperty
  void close() {
    LOG.setLevel(null);
    store.database.close();
  }

  @Property
  void record_isFoundOrUnreadable(@ForAll("records") byte[] value) {
    put(key, value);

    understoodOrUnreadable(() -> store.find(ID)).ifPresent(StoredBytesTest::assertWhole);
  }

  /** Absent would mean that the operation is executed again. */
  private static void assertWhole(Lookup lookup) {
    Record found = assertInstanceOf(Lookup.Found.class, lookup).record();
    assertTrue(found.hasFingerprint());
    assertTrue(found.hasOutcome() || found.hasExecution());
  }

  @Provide
  Arbitrary<byte[]> records() {
    return Mutants.of(
        List.of(COMPLETE.toByteArray(), IN_PROGRESS.toByteArray(), head(3).toByteArray()));
  }

  private static Record head(int parts) {
    return Record.newBuilder().setFormat(SubspaceState.FORMAT).setParts(parts).build();
  }

  @Property
  void recordInParts_isFoundOrUnreadable(@ForAll("parts") byte[] part) {
    store.write(tr -> RecordParts.write(tr, key, IN_PARTS));
    put(RecordKeys.part(key, 0), part);

    understoodOrUnreadable(() -> store.find(ID)).ifPresent(StoredBytesTest::assertWhole);
  }

  @Provide
  Arbitrary<byte[]> parts() {
    byte[] first = IN_PARTS.toByteString().substring(0, RecordParts.VALUE_LIMIT).toByteArray();
    return Mutants.of(List.of(first)).filter(part -> part.length <= 100_000);
  }

  @Example
  void numberOfParts_isNotBelievedWhenItIsImpossible() {
    for (int parts : new int[] {-1, RecordParts.MAX_PARTS + 1, Integer.MAX_VALUE}) {
      put(key, head(parts).toByteArray());
      assertUnreadable(() -> store.find(ID));
    }
  }

  @Example
  void recordWithoutState_isUnreadable() {
    put(key, COMPLETE.toBuilder().clearOutcome().build().toByteArray());
    assertUnreadable(() -> store.find(ID));
  }

  @Example
  void recordWithoutFingerprint_isUnreadable() {
    put(key, COMPLETE.toBuilder().clearFingerprint().build().toByteArray());
    assertUnreadable(() -> store.find(ID));
  }

  @Property
  void stateOfTheSubspace_isUnderstoodOrUnreadable(
      @ForAll("numbers") byte[] horizon, @ForAll("numbers") byte[] format) {
    put(keys.horizon(), horizon);
    put(keys.format(), format);

    understoodOrUnreadable(() -> store.find(TIME_BEARING));
    understoodOrUnreadable(
        () -> store.time.join(RecordInspector.of(store.database, RecordStore.SPACE).horizon()));
  }

  @Provide
  Arbitrary<byte[]> numbers() {
    return Mutants.of(
        List.of(SubspaceState.formatValue(), SubspaceState.horizonValue(1_700_000_000_000L)));
  }

  @Property
  void lease_isOverOrNotOrUnreadable(@ForAll("leases") byte[] value, @ForAll long version) {
    put(keys.lease(RecordStore.hash(ID)), value);

    understoodOrUnreadable(() -> store.in(tr -> spaceRecords().leases().find(tr, hash(ID))))
        .map(Optional::orElseThrow)
        .ifPresent(
            lease ->
                assertTrue(
                    Leases.isExpired(lease, version)
                        || !Leases.timeLeft(lease, version).isNegative()));
  }

  @Provide
  Arbitrary<byte[]> leases() {
    return Mutants.of(
        List.of(
            lease(1_000_000).toByteArray(),
            lease(Long.MAX_VALUE).toByteArray(),
            lease(Long.MIN_VALUE).toByteArray()));
  }

  private static Lease lease(long renewedAt) {
    return Lease.newBuilder()
        .setToken(3)
        .setRenewedAtVersion(renewedAt)
        .setLeaseMillis(10_000)
        .build();
  }

  /** It came with a backup: waiting until the versions have got there could take years. */
  @Example
  void leaseFromTheFuture_isOver() {
    assertTrue(Leases.isExpired(lease(1_000_001), 1_000_000));
    assertFalse(Leases.isExpired(lease(1_000_000), 1_000_000));
  }

  @Property
  void damagedLease_doesNotKeepOthersFromBeingFound(
      @ForAll("entries") byte[] entry, @ForAll("leases") byte[] lease) {
    clearAll();
    put(keys.lease(RecordStore.hash(TIME_BEARING)), lease(Long.MAX_VALUE).toByteArray());
    put(entry, lease);

    Leases.Overdue overdue =
        store.in(tr -> spaceRecords().leases().overdue(tr, Optional.empty(), 100));

    assertTrue(overdue.hashes().contains(hash(TIME_BEARING)));
  }

  @Property
  void execution_isUnderstoodOrUnreadable(
      @ForAll("recordKeys") byte[] recordKey,
      @ForAll("records") byte[] record,
      @ForAll("requests") byte[] request) {
    clearAll();
    put(key, record);
    put(keys.execution(RecordStore.hash(ID)), recordKey);
    put(RecordKeys.request(key), request);
    put(RecordKeys.step(key, "one"), request);

    understoodOrUnreadable(() -> store.in(tr -> executions().listed(tr, hash(ID))))
        .flatMap(listed -> listed)
        .ifPresent(
            listed ->
                understoodOrUnreadable(() -> store.in(tr -> executions().request(tr, listed))));
    understoodOrUnreadable(
            () -> store.in(tr -> executions().step(tr, RecordStore.identity(ID), "one")))
        .ifPresent(step -> assertTrue(step.isPresent(), "not taken for not done"));
  }

  @Provide
  Arbitrary<byte[]> requests() {
    Record.Builder empty = Record.newBuilder().setFormat(SubspaceState.FORMAT);
    return Mutants.of(
        List.of(
            empty.clone().setRequest(StoredRequest.getDefaultInstance()).build().toByteArray(),
            empty.clone().setStep(Step.newBuilder().setLabel("one")).build().toByteArray(),
            head(2).toByteArray()));
  }

  @Provide
  Arbitrary<byte[]> entries() {
    return Mutants.of(List.of(keys.lease(RecordStore.hash(ID))))
        .filter(entry -> startsWith(entry, RecordStore.prefix('l')) && isOther(entry));
  }

  private boolean isOther(byte[] entry) {
    return !Arrays.equals(entry, keys.lease(RecordStore.hash(TIME_BEARING)));
  }

  private static boolean startsWith(byte[] bytes, byte[] prefix) {
    return bytes.length >= prefix.length
        && Arrays.equals(bytes, 0, prefix.length, prefix, 0, prefix.length);
  }

  /** One that lies in the system's own space is an error for who reads it. */
  @Provide
  Arbitrary<byte[]> recordKeys() {
    return Arbitraries.oneOf(
        Mutants.of(List.of(key, keys.record(RecordStore.identity(TIME_BEARING)))),
        Arbitraries.of(new byte[] {(byte) 0xFF, 1}, new byte[0], new byte[20_000]));
  }

  /** Anything may be there; a sweeper removes what is old, or says that it can't tell. */
  @Property(tries = 30)
  void indexes_areSweptOrUnreadable(
      @ForAll("ages") byte[] age, @ForAll("recordKeys") byte[] recordKey) {
    clearAll();
    RequestId kept = store.timeBearingId();
    inProgress(kept, IN_PROGRESS.toByteArray());
    put(age, new byte[0]);
    put(keys.execution(RecordStore.hash(ID)), recordKey);
    store.time.advance(Duration.ofDays(3));

    try (RetentionSweeper sweeper = store.sweeper(Duration.ofDays(1)).build()) {
      understoodOrUnreadable(() -> store.time.join(sweeper.sweepOnce()));
    }

    assertEquals(1, count(Range.startsWith(keys.record(RecordStore.identity(kept)))));
  }

  @Provide
  Arbitrary<byte[]> ages() {
    return Mutants.of(List.of(keys.opaqueAge(RecordStore.hash(ID), 1)))
        .filter(entry -> startsWith(entry, RecordStore.prefix('x')));
  }

  @Example
  void indexEntryThatIsNotOurs_isUnreadable() {
    byte[] tooShort = ByteBuffer.allocate(2).put(RecordStore.prefix('p'), 0, 2).array();
    assertThrows(UnreadableRecordException.class, () -> keys.hashOfExecution(tooShort, key));
    assertThrows(UnreadableRecordException.class, () -> keys.hashOfAge(tooShort));
  }

  @Property
  void fieldDigests_nameAFieldOrAreUnreadable(@ForAll("digests") byte[] recorded) {
    assertComparableOrUnreadable(
        fingerprint().toBuilder().setFieldDigests(ByteString.copyFrom(recorded)).build());
  }

  @Provide
  Arbitrary<byte[]> digests() {
    return Mutants.of(List.of(fingerprint().getFieldDigests().toByteArray()));
  }

  @Property
  void notesOfTheSchema_areUnderstoodOrUnreadable(@ForAll("notes") byte[] recorded) {
    assertComparableOrUnreadable(
        fingerprint().toBuilder().setNotes(ByteString.copyFrom(recorded)).build());
  }

  @Provide
  Arbitrary<byte[]> notes() {
    byte[] deep = new byte[120];
    for (int i = 0; i + 1 < deep.length; i += 2) {
      deep[i] = 1;
      deep[i + 1] = (byte) 0x81;
    }
    return Mutants.of(List.of(fingerprint().getNotes().toByteArray(), deep, new byte[500]));
  }

  private void assertComparableOrUnreadable(Fingerprint stored) {
    RequestFingerprints fingerprints = RequestFingerprints.of("m", Lease.getDescriptor());
    PresentedRequest presented = fingerprints.presented(List.of(request()));
    understoodOrUnreadable(() -> fingerprints.match(stored, presented));
    understoodOrUnreadable(() -> fingerprints.firstDifference(stored, presented))
        .flatMap(name -> name)
        .ifPresent(name -> assertFalse(name.isEmpty()));
  }

  private static Fingerprint fingerprint() {
    return RequestFingerprints.of("m", Lease.getDescriptor()).of(List.of(request()));
  }

  /** With a message, and with fields of which nothing is known. */
  private static Lease request() {
    return lease(17).toBuilder()
        .setLastFailure(Failure.newBuilder().setCode(3))
        .setUnknownFields(
            UnknownFieldSet.newBuilder()
                .addField(99, UnknownFieldSet.Field.newBuilder().addVarint(7).build())
                .build())
        .build();
  }

  private void inProgress(RequestId id, byte[] record) {
    put(keys.record(RecordStore.identity(id)), record);
    put(keys.execution(RecordStore.hash(id)), keys.record(RecordStore.identity(id)));
  }

  private static Records spaceRecords() {
    return Records.in(RecordStore.SPACE);
  }

  private Executions executions() {
    return Records.in(RecordStore.SPACE).executions();
  }

  private static ByteString hash(RequestId id) {
    return ByteString.copyFrom(RecordStore.hash(id));
  }

  private void put(byte[] where, byte[] value) {
    store.write(tr -> tr.set(where, value));
  }

  private void clearAll() {
    store.write(tr -> tr.clear(RecordStore.SPACE.range()));
  }

  private int count(Range range) {
    List<KeyValue> entries = store.in(tr -> tr.getRange(range).asList());
    return entries.size();
  }

  private static void assertUnreadable(Supplier<?> reading) {
    assertTrue(understoodOrUnreadable(reading).isEmpty());
  }

  /** What was read; empty if it was refused as the documentation says. Nothing else may happen. */
  private static <T> Optional<T> understoodOrUnreadable(Supplier<T> reading) {
    try {
      return Optional.of(reading.get());
    } catch (UnreadableRecordException e) {
      return Optional.empty();
    } catch (CompletionException e) {
      assertInstanceOf(UnreadableRecordException.class, e.getCause(), () -> "instead of " + e);
      return Optional.empty();
    }
  }
}
