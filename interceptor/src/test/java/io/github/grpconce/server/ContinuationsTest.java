package io.github.grpconce.server;

import static io.github.grpconce.server.LedgerServer.add;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.apple.foundationdb.KeySelector;
import com.apple.foundationdb.Range;
import com.apple.foundationdb.Transaction;
import com.google.protobuf.ByteString;
import io.github.grpconce.GuardedExecution;
import io.github.grpconce.RequestId;
import io.github.grpconce.Wait;
import io.github.grpconce.internal.execution.HandlerCall;
import io.github.grpconce.test.v1.AddRequest;
import io.github.grpconce.test.v1.Balance;
import io.github.grpconce.test.v1.LedgerServiceGrpc.LedgerServiceBlockingStub;
import io.github.grpconce.teststore.StoreTest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What continuations of the futures that the guard gives a handler find where they run: their own
 * execution, and a thread of the handlers' executor.
 */
@StoreTest
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class ContinuationsTest {

  private static final AddRequest REQUEST = add("alice", 5);
  private static final int CONFLICT = 1020;
  private static final byte[] KEY = "k".getBytes(UTF_8);
  private static final byte[] FURTHER = "l".getBytes(UTF_8);
  private static final byte[] END = "m".getBytes(UTF_8);

  /** What a handler asks the store. */
  interface Question {
    CompletableFuture<?> ask(Transaction transaction);
  }

  /** What code finds where it runs; null where there is none. */
  private record Place(HandlerCall call, GuardedExecution execution) {

    static Place here() {
      return new Place(HandlerCall.current(), GuardedExecution.current());
    }
  }

  /** Where a handler asked, and where it was answered. */
  private record Seen(Place asked, Place answered, boolean onHandlersThread, Throwable failure) {}

  private final HandlerThreadPool pool = new HandlerThreadPool(2);
  private final LedgerServer server = new LedgerServer();
  private final StepsServers steps = new StepsServers();
  private final LedgerServiceBlockingStub stub =
      LedgerServer.stub(server.start(options -> options.executor(pool)), RequestId.random().value())
          .withDeadlineAfter(1, TimeUnit.MINUTES);
  private final Queue<Seen> seen = new ConcurrentLinkedQueue<>();

  @AfterEach
  void close() {
    server.close();
    steps.close();
    pool.close();
  }

  static Stream<Arguments> questions() {
    return Stream.of(
        question("get", tr -> tr.get(KEY)),
        question("getKey", tr -> tr.getKey(KeySelector.firstGreaterOrEqual(KEY))),
        question("getRange.asList", tr -> tr.getRange(KEY, END).asList()),
        question("getRange.onHasNext", tr -> tr.getRange(KEY, END).iterator().onHasNext()),
        question("getReadVersion", Transaction::getReadVersion),
        question("getApproximateSize", Transaction::getApproximateSize),
        question("getEstimatedRangeSizeBytes", tr -> tr.getEstimatedRangeSizeBytes(KEY, END)),
        question("getRangeSplitPoints", tr -> tr.getRangeSplitPoints(KEY, END, 1000)),
        question("snapshot.get", tr -> tr.snapshot().get(KEY)),
        question("snapshot.getRange", tr -> tr.snapshot().getRange(KEY, END).asList()),
        question("snapshot.getReadVersion", tr -> tr.snapshot().getReadVersion()),
        question("runAsync", tr -> tr.runAsync(same -> same.get(KEY))),
        question("readAsync", tr -> tr.readAsync(same -> same.get(KEY))),
        question("snapshot.readAsync", tr -> tr.snapshot().readAsync(same -> same.get(KEY))),
        question(
            "a continuation",
            tr -> tr.get(KEY).thenApply(any -> 1).thenCombine(tr.get(FURTHER), (a, b) -> a)),
        question("a composition", tr -> tr.get(KEY).thenCompose(any -> elsewhere())),
        question("a copy", tr -> tr.get(KEY).copy()));
  }

  private static Arguments question(String name, Question question) {
    return arguments(name, question);
  }

  /** Completed by a thread that has nothing of the execution, as a call's future is. */
  private static CompletableFuture<String> elsewhere() {
    CompletableFuture<String> future = new CompletableFuture<>();
    new Thread(() -> future.complete("elsewhere")).start();
    return future;
  }

  private CompletableFuture<?> answered(CompletableFuture<?> future, Place asked) {
    return future.handle(
        (value, failure) -> seen.add(new Seen(asked, Place.here(), pool.isHere(), failure)));
  }

  /** Two executions: what the first has written conflicts. */
  private List<Seen> seenInTransactions(Question question) {
    server.faults.dropNextCommit(CONFLICT);
    server.ledger.always(
        (request, observer) -> {
          Place asked = Place.here();
          var unused =
              answered(question.ask(asked.call().transaction()), asked)
                  .thenRun(
                      () -> {
                        observer.onNext(Balance.getDefaultInstance());
                        observer.onCompleted();
                      });
        });
    Balance unused = stub.add(REQUEST);
    return List.copyOf(seen);
  }

  private static void assertEachInItsOwnPlace(List<Seen> all) {
    assertEquals(2, all.size());
    all.forEach(
        one -> {
          assertNull(one.failure());
          assertNotNull(one.asked().execution());
          assertEquals(one.asked(), one.answered());
        });
    assertNotSame(all.get(0).asked().execution(), all.get(1).asked().execution());
  }

  private static void assertOnHandlersThreads(List<Seen> all) {
    all.forEach(one -> assertTrue(one.onHandlersThread(), one.toString()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("questions")
  void transaction_continuesInItsExecution_onTheHandlersExecutor(String name, Question question) {
    List<Seen> all = seenInTransactions(question);

    assertEachInItsOwnPlace(all);
    assertOnHandlersThreads(all);
  }

  /** These are nobody's futures, and continue where what they wait for was completed. */
  static Stream<Arguments> combinations() {
    return Stream.of(
        question("allOf", tr -> CompletableFuture.allOf(tr.get(KEY), tr.get(FURTHER))),
        question("anyOf", tr -> CompletableFuture.anyOf(tr.get(KEY), tr.get(FURTHER))),
        question(
            "allOf continuations",
            tr -> CompletableFuture.allOf(tr.get(KEY).thenApply(any -> 1), tr.getReadVersion())),
        question(
            "allOf compositions",
            tr -> CompletableFuture.allOf(tr.get(KEY).thenCompose(any -> elsewhere()))),
        question(
            "anyOf in time",
            tr ->
                CompletableFuture.anyOf(
                    tr.watch(FURTHER).completeOnTimeout(null, 1, TimeUnit.MILLISECONDS))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("combinations")
  void combination_continuesInItsExecution(String name, Question question) {
    assertEachInItsOwnPlace(seenInTransactions(question));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("questions")
  void withinAStep_continuesInTheSteps_onTheHandlersExecutor(String name, Question question) {
    steps.faults.dropNextCommit(CONFLICT);
    steps.transfers.next(
        (request, call) ->
            call.stepAsync("ask", Balance.parser(), transaction -> asked(transaction, question))
                .join());

    steps.start(options -> options.executor(pool)).transfer(RequestId.random().value(), REQUEST);

    List<Seen> all = List.copyOf(seen);
    assertEquals(2, all.size());
    all.forEach(
        one -> {
          assertNull(one.failure());
          assertNotNull(one.asked().execution());
          assertEquals(one.asked(), one.answered());
        });
    assertNotSame(all.get(0).asked().call(), all.get(1).asked().call());
    assertOnHandlersThreads(all);
  }

  private CompletableFuture<Balance> asked(Transaction transaction, Question question) {
    return answered(question.ask(transaction), Place.here())
        .thenApply(any -> Balance.getDefaultInstance());
  }

  @Test
  void afterAStep_continuesInTheHandlersContext() {
    for (int execution = 0; execution < 2; execution++) {
      boolean first = execution == 0;
      steps.transfers.next(
          (request, call) -> {
            Place asked = Place.here();
            answered(call.stepAsync("take", Balance.parser(), ContinuationsTest::nothing), asked)
                .join();
            if (first) {
              throw Status.UNAVAILABLE.asRuntimeException();
            }
            CompletableFuture<Balance> last = call.finishAsync("give", ContinuationsTest::nothing);
            answered(last, asked).join();
            return last.join();
          });
    }
    var node = steps.start(options -> options.executor(pool));
    String id = RequestId.random().value();
    assertThrows(StatusRuntimeException.class, () -> node.transfer(id, REQUEST));

    Balance unused = node.transfer(id, REQUEST);

    List<Seen> all = List.copyOf(seen);
    assertEquals(3, all.size());
    assertEachInItsOwnPlace(all.subList(0, 2));
    assertEquals(all.get(1).asked(), all.get(2).answered());
    assertOnHandlersThreads(all);
  }

  private static CompletableFuture<Balance> nothing(Transaction transaction) {
    return CompletableFuture.completedFuture(Balance.getDefaultInstance());
  }

  @Test
  void watchAndVersionstamp_whichComeAfterTheCommit_continueInTheExecution() {
    server.ledger.always(
        (request, observer) -> {
          Place asked = Place.here();
          Transaction transaction = asked.call().transaction();
          transaction.set(KEY, new byte[] {1});
          var unused = answered(transaction.watch(FURTHER), asked);
          var unusedStamp = answered(transaction.getVersionstamp(), asked);
          observer.onNext(Balance.getDefaultInstance());
          observer.onCompleted();
        });

    Balance unused = stub.add(REQUEST);
    Wait.until(() -> seen.size() == 1);
    server.store.run(
        transaction -> {
          transaction.set(FURTHER, new byte[] {2});
          return null;
        });
    Wait.until(() -> seen.size() == 2);

    List<Seen> all = List.copyOf(seen);
    all.forEach(
        one -> {
          assertNull(one.failure());
          assertEquals(one.asked(), one.answered());
        });
    assertOnHandlersThreads(all);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("questions")
  void message_continuesInItsExecution(String name, Question question) {
    IdempotentConsumer consumer =
        IdempotentConsumer.named("messages", server.faults.database(), LedgerServer.RECORDS);
    server.faults.dropNextCommit(CONFLICT);

    consumer.process(
        RequestId.random(),
        ByteString.EMPTY,
        transaction -> {
          transaction.set(KEY, new byte[] {1});
          answered(question.ask(transaction), Place.here()).join();
          return ByteString.EMPTY;
        });

    assertEachInItsOwnPlace(List.copyOf(seen));
  }

  @Test
  void rangeByItsIterator_asFarAsItGoes() {
    server.store.run(
        transaction -> {
          transaction.set(KEY, new byte[] {1});
          transaction.set(FURTHER, new byte[] {2});
          return null;
        });
    server.ledger.always(
        (request, observer) -> {
          var rows =
              IdempotentCall.current().transaction().getRange(Range.startsWith(KEY)).iterator();
          Place asked = Place.here();
          var unused =
              answered(rows.onHasNext(), asked)
                  .thenRun(rows::next)
                  .thenCompose(done -> answered(rows.onHasNext(), asked))
                  .thenRun(
                      () -> {
                        observer.onNext(Balance.getDefaultInstance());
                        observer.onCompleted();
                      });
        });

    Balance unused = stub.add(REQUEST);

    assertEquals(2, seen.size());
    seen.forEach(one -> assertSame(one.asked().call(), one.answered().call()));
  }
}
