package io.github.grpconce.embedded.internal.transaction;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.FDBException;
import com.apple.foundationdb.KeySelector;
import com.apple.foundationdb.MutationType;
import com.apple.foundationdb.Range;
import com.apple.foundationdb.Transaction;
import com.apple.foundationdb.tuple.ByteArrayUtil;
import io.github.grpconce.embedded.EmbeddedDatabase;
import io.github.grpconce.embedded.VirtualTime;
import io.github.grpconce.embedded.internal.key.FdbError;
import io.github.grpconce.embedded.internal.key.Versionstamps;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/**
 * What comes of an answer if its transaction ends at once, as a real cluster was seen to do it:
 * what has to come from there fails, and what the client knows already is given.
 */
@Timeout(60)
final class AnswersOnTheirWayTest {
  private static final byte[] KEY = {1};
  private static final byte[] OTHER = {2};
  private static final byte[] SYSTEM_KEY = {(byte) 0xff, 1};
  private static final byte[] ONE = {1, 0, 0, 0};
  private static final Range ALL = new Range(new byte[0], new byte[] {(byte) 0xff});
  private static final KeySelector AT_KEY = KeySelector.firstGreaterOrEqual(KEY);
  private static final String GIVEN = "given";
  private static final String CANCELLED = "1025";

  private final VirtualTime time = new VirtualTime();

  /** A call, made of a transaction that is prepared for it, and what comes of it. */
  private record Call(
      String name,
      Consumer<Transaction> prepared,
      Function<Transaction, CompletableFuture<?>> made,
      String outcome) {}

  private static final List<Call> CALLS = new ArrayList<>();

  private static void given(
      String name,
      Consumer<Transaction> prepared,
      Function<Transaction, CompletableFuture<?>> made) {
    CALLS.add(new Call(name, prepared, made, GIVEN));
  }

  private static void fails(
      String name,
      Consumer<Transaction> prepared,
      Function<Transaction, CompletableFuture<?>> made) {
    CALLS.add(new Call(name, prepared, made, CANCELLED));
  }

  static {
    Consumer<Transaction> fresh = tr -> {};
    Consumer<Transaction> versioned = tr -> tr.getReadVersion().join();
    Consumer<Transaction> read = tr -> tr.get(KEY).join();
    Consumer<Transaction> readAll = tr -> tr.getRange(ALL).asList().join();
    Consumer<Transaction> written = tr -> tr.set(KEY, ONE);
    Consumer<Transaction> added = tr -> tr.mutate(MutationType.ADD, KEY, ONE);
    Consumer<Transaction> withoutOwnReads = tr -> tr.options().setReadYourWritesDisable();

    fails("get", fresh, tr -> tr.get(KEY));
    fails("get at a known version", versioned, tr -> tr.get(KEY));
    fails("get of another key", read, tr -> tr.get(OTHER));
    fails("get of a snapshot", versioned, tr -> tr.snapshot().get(KEY));
    fails("get of a key that is too long", versioned, tr -> tr.get(new byte[10_001]));
    fails("get of what is added to", added, tr -> tr.get(KEY));
    fails("get again", withoutOwnReads.andThen(read), tr -> tr.get(KEY));
    given("get of a known value", read, tr -> tr.get(KEY));
    given("get of an own write", written, tr -> tr.get(KEY));
    given("get of what was cleared", tr -> tr.clear(KEY), tr -> tr.get(KEY));
    given("get of what is added to a known value", read.andThen(added), tr -> tr.get(KEY));
    CALLS.add(new Call("get of a system key", fresh, tr -> tr.get(SYSTEM_KEY), "2004"));

    fails("getKey", versioned, tr -> tr.getKey(AT_KEY));
    given("getKey of known rows", readAll, tr -> tr.getKey(AT_KEY));
    given("getKey of an own write", written, tr -> tr.getKey(AT_KEY));
    fails("asList", versioned, tr -> tr.getRange(ALL).asList());
    fails("asList, limited", versioned, tr -> tr.getRange(ALL, 1).asList());
    fails("onHasNext", versioned, tr -> tr.getRange(ALL).iterator().onHasNext());
    given("asList of known rows", readAll, tr -> tr.getRange(ALL).asList());
    given("asList of nothing", fresh, tr -> tr.getRange(OTHER, KEY).asList());
    given("asList of cleared rows", tr -> tr.clear(ALL), tr -> tr.getRange(ALL).asList());

    Consumer<Transaction> getAsked = versioned.andThen(asked(tr -> tr.get(KEY)));
    Consumer<Transaction> rowsAsked = versioned.andThen(asked(tr -> tr.getRange(ALL).asList()));
    Range atKey = new Range(KEY, ByteArrayUtil.keyAfter(KEY));
    fails("get of a value on its way", getAsked, tr -> tr.get(KEY));
    fails(
        "get of a snapshot's value on its way",
        asked(AnswersOnTheirWayTest::snapshotGet),
        tr -> tr.get(KEY));
    fails("get by a snapshot of a value on its way", getAsked, AnswersOnTheirWayTest::snapshotGet);
    fails("get of what is added to a value on its way", getAsked.andThen(added), tr -> tr.get(KEY));
    fails("get of a row on its way", rowsAsked, tr -> tr.get(KEY));
    fails("getKey of a value on its way", getAsked, tr -> tr.getKey(AT_KEY));
    fails("getKey of rows on their way", rowsAsked, tr -> tr.getKey(AT_KEY));
    fails("getKey again", asked(tr -> tr.getKey(AT_KEY)), tr -> tr.getKey(AT_KEY));
    fails("asList of rows on their way", rowsAsked, tr -> tr.getRange(ALL).asList());
    fails("asList of some rows on their way", rowsAsked, tr -> tr.getRange(KEY, OTHER).asList());
    fails("asList of a value on its way", getAsked, tr -> tr.getRange(atKey).asList());
    fails("get of a value that a watch asked for", asked(tr -> tr.watch(KEY)), tr -> tr.get(KEY));
    given(
        "get of an own write while rows are on their way",
        rowsAsked.andThen(written),
        tr -> tr.get(KEY));
    given(
        "asList of an own write while its value is on its way",
        getAsked.andThen(written),
        tr -> tr.getRange(atKey).asList());
    given(
        "asList of cleared rows on their way",
        rowsAsked.andThen(tr -> tr.clear(ALL)),
        tr -> tr.getRange(ALL).asList());
    given(
        "get of a known value while another is on its way",
        read.andThen(asked(tr -> tr.get(OTHER))),
        tr -> tr.get(KEY));
    given(
        "get of a known value while its row is on its way",
        read.andThen(rowsAsked),
        tr -> tr.get(KEY));

    fails("read version", fresh, Transaction::getReadVersion);
    fails(
        "read version, asked for twice",
        asked(Transaction::getReadVersion),
        Transaction::getReadVersion);
    fails(
        "read version while a read is on its way",
        asked(tr -> tr.get(KEY)),
        Transaction::getReadVersion);
    given("known read version", versioned, Transaction::getReadVersion);
    given("read version after a read", read, Transaction::getReadVersion);
    given("read version that was set", tr -> tr.setReadVersion(1), Transaction::getReadVersion);

    fails("estimated size", fresh, tr -> tr.getEstimatedRangeSizeBytes(ALL));
    fails("split points", fresh, tr -> tr.getRangeSplitPoints(ALL, 1000));
    given("approximate size", fresh, Transaction::getApproximateSize);

    fails("commit", written, Transaction::commit);
    fails("empty commit while a read is on its way", asked(tr -> tr.get(KEY)), Transaction::commit);
    given("empty commit", fresh, Transaction::commit);
    given("empty commit after a read", read, Transaction::commit);
    fails("versionstamp", written, Transaction::getVersionstamp);
    fails("versionstamp of a commit", written, AnswersOnTheirWayTest::stampOfCommit);
  }

  private static Consumer<Transaction> asked(Function<Transaction, CompletableFuture<?>> question) {
    return tr -> {
      CompletableFuture<?> unused = question.apply(tr);
    };
  }

  private static CompletableFuture<byte[]> snapshotGet(Transaction tr) {
    return tr.snapshot().get(KEY);
  }

  private static Consumer<Transaction> failed(FdbError error) {
    return asked(tr -> tr.onError(error.exception()));
  }

  private static CompletableFuture<?> stampOfCommit(Transaction tr) {
    CompletableFuture<byte[]> stamp = tr.getVersionstamp();
    CompletableFuture<Void> unused = tr.commit();
    return stamp;
  }

  @TestFactory
  Stream<DynamicTest> cancel() {
    return outcomes(Transaction::cancel);
  }

  @TestFactory
  Stream<DynamicTest> close() {
    return outcomes(Transaction::close);
  }

  @TestFactory
  Stream<DynamicTest> errorThatIsFinal() {
    return outcomes(failed(FdbError.INVERTED_RANGE));
  }

  private Stream<DynamicTest> outcomes(Consumer<Transaction> end) {
    return CALLS.stream()
        .map(
            call ->
                DynamicTest.dynamicTest(
                    call.name(), () -> assertEquals(call.outcome(), outcome(call, end))));
  }

  /** A timeout needs time, and another try its back-off: the answers are sooner. */
  @TestFactory
  Stream<DynamicTest> answersAreSoonerThanTime() {
    return CALLS.stream()
        .filter(call -> !call.name().startsWith("versionstamp"))
        .flatMap(
            call ->
                Stream.of(
                    sooner(call, "timeout", tr -> tr.options().setTimeout(1)),
                    sooner(call, "onError", failed(FdbError.NOT_COMMITTED))));
  }

  private DynamicTest sooner(Call call, String than, Consumer<Transaction> end) {
    String expected = call.outcome().equals(CANCELLED) ? GIVEN : call.outcome();
    return DynamicTest.dynamicTest(
        call.name() + ", " + than, () -> assertEquals(expected, outcome(call, end)));
  }

  private String outcome(Call call, Consumer<Transaction> end) {
    try (Database database = database()) {
      Transaction tr = database.createTransaction();
      call.prepared().accept(tr);
      CompletableFuture<?> future = call.made().apply(tr);
      end.accept(tr);
      return outcome(future);
    }
  }

  private Database database() {
    return EmbeddedDatabase.newBuilder().timeline(time).executor(time).build();
  }

  private String outcome(CompletableFuture<?> future) {
    try {
      time.join(future);
      return GIVEN;
    } catch (CompletionException failure) {
      return String.valueOf(((FDBException) failure.getCause()).getCode());
    }
  }

  /** Programs close the transaction between the two. */
  @Test
  void versionstamp_hasArrivedWithItsCommit() {
    try (Database database = EmbeddedDatabase.inMemory()) {
      Transaction tr = database.createTransaction();
      tr.set(KEY, ONE);
      CompletableFuture<byte[]> stamp = tr.getVersionstamp();
      tr.commit().join();
      tr.close();
      assertEquals(Versionstamps.LENGTH, stamp.join().length);
    }
  }

  /** As in a cluster: nobody hears of it, and it is done. */
  @Test
  void commitWhoseAnswerIsNotAwaited_hasLanded() {
    try (Database database = database()) {
      Transaction tr = database.createTransaction();
      tr.set(KEY, ONE);
      CompletableFuture<Void> commit = tr.commit();
      tr.cancel();
      assertEquals(CANCELLED, outcome(commit));
      assertEquals(1, time.join(database.readAsync(next -> next.get(KEY)))[0]);
    }
  }
}
