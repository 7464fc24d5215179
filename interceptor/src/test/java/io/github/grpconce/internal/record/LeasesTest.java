package io.github.grpconce.internal.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.apple.foundationdb.Transaction;
import com.google.protobuf.ByteString;
import io.github.grpconce.RequestId;
import io.github.grpconce.UnreadableRecordException;
import io.github.grpconce.internal.store.StoreError;
import io.github.grpconce.teststore.StoreTest;
import io.github.grpconce.v1.Lease;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** Who is left alone, for how long, and who is found when that is over. */
@StoreTest
class LeasesTest {

  private static final Duration LEASE = Duration.ofSeconds(10);

  private final RecordStore store = new RecordStore();
  private final Leases leases = Records.in(RecordStore.SPACE).leases();

  @Test
  void damagedLease_isRefusedAndNotTakenForAbsent() {
    RequestId id = put(store.timeBearingId());
    damage(id);

    CompletionException failure = assertThrows(CompletionException.class, () -> lease(id));
    assertInstanceOf(UnreadableRecordException.class, failure.getCause());
  }

  /** A lease that is given up while it is renewed stays given up, or the other way round. */
  @Test
  void twoWhoRenewAtOnce_excludeEachOther() {
    RequestId id = put(store.timeBearingId());
    Transaction one = store.database.createTransaction();
    Transaction other = store.database.createTransaction();
    for (Transaction each : List.of(one, other)) {
      Lease lease = store.time.join(leases.find(each, hash(id))).orElseThrow();
      each.options().setNextWriteNoWriteConflictRange();
      leases.put(each, hash(id), lease.toBuilder().setReleased(each == one).build());
    }

    store.time.join(one.commit());

    CompletionException failure =
        assertThrows(CompletionException.class, () -> store.time.join(other.commit()));
    assertEquals(1020, StoreError.causing(failure).orElseThrow().code());
    assertTrue(lease(id).orElseThrow().getReleased());
  }

  @Test
  void lease_lastsAsLongAsItSaysInTheStoresVersions() {
    Lease lease = lease(1_000_000);
    long end = 1_000_000 + LEASE.toMillis() * 1_000;

    assertFalse(Leases.isExpired(lease, 1_000_000));
    assertTrue(Leases.isExpired(lease, 999_999), "a backup's, of another cluster");
    assertFalse(Leases.isExpired(lease, end));
    assertTrue(Leases.isExpired(lease, end + 1));
  }

  /** Whoever waits that long finds it expired. */
  @Test
  void timeLeft_isUntilTheLeaseIsOver() {
    Lease lease = lease(1_000_000);
    long end = 1_000_000 + LEASE.toMillis() * 1_000;

    assertEquals(LEASE.plusMillis(1), Leases.timeLeft(lease, 1_000_000));
    assertEquals(Duration.ofMillis(2), Leases.timeLeft(lease, end - 1_999));
    assertEquals(Duration.ofMillis(1), Leases.timeLeft(lease, end));
    assertEquals(Duration.ofMillis(1), Leases.timeLeft(lease, end + 60_000_000));
  }

  @Test
  void overdue_areThoseWhoseLeaseIsOver_andReadable() {
    RequestId dead = put(store.timeBearingId());
    damage(put(store.timeBearingId()));
    store.write(tr -> tr.set(RecordStore.prefix('l'), new byte[0]));
    store.time.advance(LEASE.plusMillis(1));
    put(store.timeBearingId());

    Leases.Overdue overdue = overdue(Optional.empty(), 10);

    assertEquals(List.of(hash(dead)), overdue.hashes());
    assertEquals(Optional.empty(), overdue.position());
  }

  @Test
  void overdue_goesOnWhereItEnded() {
    Set<ByteString> expected = new HashSet<>();
    for (int i = 0; i < 5; i++) {
      expected.add(hash(put(store.timeBearingId())));
    }
    store.time.advance(LEASE.plusMillis(1));

    Leases.Overdue first = overdue(Optional.empty(), 3);
    Leases.Overdue rest = overdue(first.position(), 3);

    assertEquals(3, first.hashes().size());
    assertEquals(2, rest.hashes().size());
    assertEquals(Optional.empty(), rest.position());
    Set<ByteString> found = new HashSet<>(first.hashes());
    found.addAll(rest.hashes());
    assertEquals(expected, found);
  }

  /** However many are alive, a few reads pass them by. */
  @Test
  void overdue_looksAtManyAtOnce() {
    for (int i = 0; i < 1_100; i++) {
      put(store.timeBearingId());
    }
    int pages = 0;
    Optional<ByteString> position = Optional.empty();
    do {
      Leases.Overdue page = overdue(position, 1);
      assertEquals(List.of(), page.hashes());
      position = page.position();
      pages++;
    } while (position.isPresent());

    assertEquals(3, pages);
  }

  /** Looking for what nobody keeps alive must not make those conflict who are alive. */
  @Test
  void overdue_conflictsWithNothing() {
    RequestId id = put(store.timeBearingId());
    Transaction reader = store.database.createTransaction();
    store.time.join(leases.overdue(reader, Optional.empty(), 10));
    reader.set(RecordStore.prefix('z'), new byte[0]);

    put(id);

    store.time.join(reader.commit());
  }

  private Leases.Overdue overdue(Optional<ByteString> after, int limit) {
    return store.in(tr -> leases.overdue(tr, after, limit));
  }

  private RequestId put(RequestId id) {
    store.in(
        tr -> tr.getReadVersion().thenAccept(version -> leases.put(tr, hash(id), lease(version))));
    return id;
  }

  private void damage(RequestId id) {
    store.write(tr -> tr.set(store.keys.lease(RecordStore.hash(id)), new byte[] {(byte) 0xFF}));
  }

  private Optional<Lease> lease(RequestId id) {
    return store.in(tr -> leases.find(tr, hash(id)));
  }

  private static ByteString hash(RequestId id) {
    return RecordStore.identity(id).hash();
  }

  private static Lease lease(long renewedAt) {
    return Lease.newBuilder()
        .setToken(1)
        .setRenewedAtVersion(renewedAt)
        .setLeaseMillis((int) LEASE.toMillis())
        .build();
  }
}
