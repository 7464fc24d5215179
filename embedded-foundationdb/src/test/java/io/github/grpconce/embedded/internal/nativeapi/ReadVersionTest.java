package io.github.grpconce.embedded.internal.nativeapi;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.Transaction;
import io.github.grpconce.embedded.Awaited;
import io.github.grpconce.embedded.EmbeddedDatabase;
import io.github.grpconce.embedded.ErrorCode;
import io.github.grpconce.embedded.VirtualTime;
import io.github.grpconce.teststore.OnEngineOnly;
import io.github.grpconce.teststore.StoreTest;
import io.github.grpconce.teststore.TestStore;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** At which version a transaction reads, and which ones can be asked for. */
@StoreTest
final class ReadVersionTest {
  private static final byte[] KEY = {1};
  private static final byte[] VALUE = {7};
  private static final long FIVE_SECONDS = 5_000_000;

  private final VirtualTime time = new VirtualTime();
  private final Database database =
      TestStore.open(
          () -> EmbeddedDatabase.newBuilder().timeline(time).executor(time).build(),
          time::nanoTime);
  private final Transaction tr = database.createTransaction();

  @OnEngineOnly("virtual time")
  @Test
  void readVersion_isOneForTheWholeTransaction() {
    long version = Awaited.join(time, tr.getReadVersion());
    time.advance(Duration.ofSeconds(1));

    assertEquals(version, Awaited.join(time, tr.getReadVersion()));
    assertEquals(
        version + 1_000_000, Awaited.join(time, database.createTransaction().getReadVersion()));
  }

  @Test
  void commit_isAboveItsReadVersion_andSeenByLaterTransactions() {
    long read = Awaited.join(time, tr.getReadVersion());
    tr.set(KEY, VALUE);
    Awaited.join(time, tr.commit());

    assertTrue(tr.getCommittedVersion() > read);
    Transaction later = database.createTransaction();
    assertTrue(Awaited.join(time, later.getReadVersion()) >= tr.getCommittedVersion());
    assertArrayEquals(VALUE, Awaited.join(time, later.get(KEY)));
  }

  @Test
  void versionThatIsAskedFor_isReadAt() {
    long before = Awaited.join(time, database.createTransaction().getReadVersion());
    tr.set(KEY, VALUE);
    Awaited.join(time, tr.commit());

    assertNull(Awaited.join(time, at(before).get(KEY)));
    assertEquals(before, Awaited.join(time, at(before).getReadVersion()));
    assertArrayEquals(VALUE, Awaited.join(time, at(tr.getCommittedVersion()).get(KEY)));
  }

  @OnEngineOnly("virtual time")
  @Test
  void versionsOfTheLastFiveSeconds_canBeReadAt() {
    time.advance(Duration.ofSeconds(20));
    long now = Awaited.join(time, database.createTransaction().getReadVersion());

    assertNull(Awaited.join(time, at(now - FIVE_SECONDS).get(KEY)));
    assertEquals(1007, code(at(now - FIVE_SECONDS - 1).get(KEY)));
  }

  @OnEngineOnly("virtual time")
  @Test
  void transactionOfMoreThanFiveSeconds_readsNoMore() {
    Awaited.join(time, tr.getReadVersion());
    time.advance(Duration.ofSeconds(5));
    assertNull(Awaited.join(time, tr.get(KEY)));

    time.advance(Duration.ofNanos(1_000));

    assertEquals(1007, code(tr.get(new byte[] {2})));
  }

  @Test
  void secondVersion_isRefused() {
    tr.setReadVersion(1);
    tr.setReadVersion(2);
    assertEquals(2010, code(tr.get(KEY)));

    Transaction reading = database.createTransaction();
    Awaited.join(time, reading.getReadVersion());
    reading.setReadVersion(1);
    assertEquals(2010, code(reading.get(KEY)));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1})
  void versionThatCannotBe_isRefused(long version) {
    assertEquals(2011, code(at(version).get(KEY)));
  }

  private Transaction at(long version) {
    Transaction reading = database.createTransaction();
    reading.setReadVersion(version);
    return reading;
  }

  private int code(CompletableFuture<?> answer) {
    return ErrorCode.of(time, answer);
  }
}
