package io.github.grpconce.server;

import static io.github.grpconce.server.LedgerServer.RECORDS;
import static io.github.grpconce.server.LedgerServer.add;
import static io.github.grpconce.server.LedgerServer.headers;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.apple.foundationdb.Database;
import io.github.grpconce.FaultyDatabase;
import io.github.grpconce.LogCapture;
import io.github.grpconce.RequestId;
import io.github.grpconce.embedded.EmbeddedDatabase;
import io.github.grpconce.embedded.TimelineScheduler;
import io.github.grpconce.embedded.VirtualTime;
import io.github.grpconce.internal.answer.LogLine;
import io.github.grpconce.internal.answer.SeldomLog;
import io.github.grpconce.operator.RetentionSweeper;
import io.github.grpconce.test.v1.AddRequest;
import io.github.grpconce.test.v1.Balance;
import io.github.grpconce.test.v1.LedgerServiceGrpc;
import io.github.grpconce.teststore.StoreTest;
import io.github.grpconce.teststore.TestStore;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What operators hear of calls whose effect is one transaction; in one thread. */
@StoreTest
class CallLinesTest {

  private static final AddRequest REQUEST = add("alice", 5);
  private static final String ADD = LedgerServiceGrpc.getAddMethod().getFullMethodName();
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  /** As FDB's own classes word it: the faulty database's errors have this text. */
  private static final String CONFLICT = "FoundationDB error 1020 (error 1020)";

  private final VirtualTime time = new VirtualTime();
  private final Database store =
      TestStore.openPrompt(
          () -> EmbeddedDatabase.newBuilder().timeline(time).executor(time).build(),
          time::nanoTime);
  private final FaultyDatabase faults = new FaultyDatabase(store);
  private final ManualScheduler scheduler = new ManualScheduler(time::runReady);
  private final Ledger ledger = new Ledger();
  private final List<HandlerByHand> handlers = new ArrayList<>();
  @AutoClose private final LogCapture log = LogCapture.start();

  private IdempotencyServerInterceptor guard(UnaryOperator<ServerInterceptorBuilder> options) {
    return options
        .apply(
            IdempotencyServerInterceptor.newBuilder(faults.database(), RECORDS)
                .scheduler(scheduler.service())
                .ticker(time::nanoTime)
                .warnUnansweredAfter(PATIENCE)
                .executor(Runnable::run))
        .build();
  }

  private IdempotencyServerInterceptor guard() {
    return guard(options -> options);
  }

  @AfterEach
  void close() {
    assertEquals(0, faults.openTransactions());
    store.close();
  }

  private void keepHandlersWaiting() {
    ledger.always((request, observer) -> handlers.add(new HandlerByHand(observer, time::runReady)));
  }

  private OpenCall<AddRequest, Balance> arrive(
      IdempotencyServerInterceptor at, MethodDescriptor<AddRequest, Balance> method, Metadata of) {
    return OpenCall.open(at, ledger.bindService(), method, of)
        .thenEach(time::runReady)
        .send(REQUEST)
        .halfClose();
  }

  private OpenCall<AddRequest, Balance> arrive(IdempotencyServerInterceptor at) {
    return arrive(at, LedgerServiceGrpc.getAddMethod(), headers(RequestId.random().value()));
  }

  private void assertTold(String... lines) {
    assertEquals(List.of(lines), log.seenOf(SeldomLog.class));
  }

  /** Lets a call conflict so often. */
  private void conflict(IdempotencyServerInterceptor at, int times) {
    for (int i = 0; i < times; i++) {
      faults.dropNextCommit(1020);
    }
    OpenCall<AddRequest, Balance> call = arrive(at);
    time.advance(Duration.ofMinutes(1).minusSeconds(1));
    assertEquals(Status.Code.OK, call.code());
    call.end();
  }

  @Test
  void callThatConflicts_isToldOfFromTheEleventhExecutionOn_onceAMinute() {
    IdempotencyServerInterceptor guard = guard();
    conflict(guard, 9);
    assertTold();
    conflict(guard, 13);
    String line = LogLine.MANY_EXECUTIONS.with("call", ADD, 10, CONFLICT);
    assertTold(line);
    time.advance(Duration.ofMinutes(1));
    conflict(guard, 10);

    assertTold(line, line);
  }

  /** Whatever the store says at a commit, and won't do. */
  @ParameterizedTest
  @ValueSource(ints = {2101, 2004, 1234})
  void commitThatFailsForGood_isToldOfOnceForItsError(int code) {
    IdempotencyServerInterceptor guard = guard();
    for (int i = 0; i < 2; i++) {
      faults.dropNextCommit(code);
      arrive(guard).end();
    }
    faults.dropNextCommit(2103);
    arrive(guard).end();

    List<String> told = log.seenOf(SeldomLog.class);
    assertEquals(2, told.size(), told::toString);
    assertTrue(told.get(0).startsWith(LogLine.CALL_FAILED.with(ADD, "the store ")), told.get(0));
    assertTrue(told.get(0).endsWith("error " + code + " (error " + code + ")"), told.get(0));
    assertTrue(told.get(1).endsWith("error 2103 (error 2103)"), told.get(1));
  }

  /** What is said of one error, or of one method, doesn't hide what there is to say of another. */
  @Test
  void storeThatFails_isToldOfOncePerMethodAndError() {
    IdempotencyServerInterceptor guard = guard();
    for (int code : new int[] {1510, 1511, 1510, 1511}) {
      ledger.always((request, observer) -> observer.onError(FaultyDatabase.error(code)));
      arrive(guard).end();
    }
    arrive(guard, LedgerServiceGrpc.getAddWithoutIdMethod(), headers(RequestId.random().value()))
        .end();

    String what = "the store could not do what was asked of it: FoundationDB error ";
    String other = LedgerServiceGrpc.getAddWithoutIdMethod().getFullMethodName();
    assertTold(
        LogLine.CALL_FAILED.with(ADD, what + "1510 (error 1510)"),
        LogLine.CALL_FAILED.with(ADD, what + "1511 (error 1511)"),
        LogLine.CALL_FAILED.with(other, what + "1511 (error 1511)"));
  }

  @Test
  void commitOfWhichNobodyWillKnow_isToldOf() {
    faults.landNextCommit(1021);
    arrive(guard(), LedgerServiceGrpc.getAddWithoutIdMethod(), new Metadata()).end();

    assertTold(
        LogLine.COMMIT_UNKNOWN.with(
            LedgerServiceGrpc.getAddWithoutIdMethod().getFullMethodName(),
            "FoundationDB error 1021 (error 1021)"));
  }

  @Test
  void handlerThatIsTooSlowAtEveryTry_isNamed() {
    for (int i = 0; i < 3; i++) {
      faults.dropNextCommit(1007);
    }
    arrive(guard()).end();

    assertTold(LogLine.TOO_SLOW.with(ADD));
  }

  @Test
  void responseThatCannotBeRecorded_isToldOf() {
    arrive(guard(options -> options.maxResponseBytes(1))).end();

    assertTold(LogLine.RESPONSE_TOO_LARGE.with(ADD));
  }

  @Test
  void callsForWhichThereIsNoRoom_areToldOf() {
    arrive(guard(options -> options.maxBufferedBytes(1))).end();

    assertTold(LogLine.OVERLOADED.with(ADD));
  }

  @Test
  void attemptsThatMayNotJoin_areToldOf() {
    keepHandlersWaiting();
    IdempotencyServerInterceptor guard = guard(options -> options.maxJoiners(0));
    Metadata headers = headers(RequestId.random().value());
    OpenCall<AddRequest, Balance> first = arrive(guard, LedgerServiceGrpc.getAddMethod(), headers);
    arrive(guard, LedgerServiceGrpc.getAddMethod(), headers).end();
    first.end();

    assertTold(LogLine.TOO_MANY_JOINERS.with(ADD));
  }

  @Test
  void executorThatTakesNoTasks_isToldOf() {
    IdempotencyServerInterceptor guard =
        guard(
            options ->
                options.executor(
                    task -> {
                      throw new RejectedExecutionException();
                    }));
    arrive(guard).end();

    assertTold(LogLine.EXECUTOR_REFUSES.with(ADD));
  }

  @Test
  void handlerThatDoesNotAnswer_isToldOfOnceAfterTheTime() {
    keepHandlersWaiting();
    OpenCall<AddRequest, Balance> call = arrive(guard());
    scheduler.advance(PATIENCE.minusNanos(1));
    assertTold();
    scheduler.advance(Duration.ofSeconds(30));

    assertTold(LogLine.UNANSWERED.with(ADD, "3.0"));
    call.end();
  }

  @Test
  void handlerThatHasAnswered_isNotToldOf() {
    keepHandlersWaiting();
    OpenCall<AddRequest, Balance> call = arrive(guard());
    handlers.get(0).answer(5);
    assertEquals(Status.Code.OK, call.code());
    call.end();

    assertEquals(0, scheduler.waiting());
    scheduler.advance(Duration.ofMinutes(1));
    assertTold();
  }

  /** It was told, and need not answer any more. */
  @Test
  void handlerWhoseCallerHasGone_isNotToldOf() {
    keepHandlersWaiting();
    arrive(guard()).end();

    assertEquals(0, scheduler.waiting());
    scheduler.advance(Duration.ofMinutes(1));
    assertTold();
  }

  @Test
  void subspaceThatNobodySweeps_isToldOf_untilSomebodyDoes() {
    IdempotencyServerInterceptor guard = guard();
    arrive(guard).end();
    time.advance(Duration.ofHours(23));
    arrive(guard).end();
    assertTold();
    time.advance(Duration.ofHours(2));
    arrive(guard).end();
    arrive(guard).end();

    String line = LogLine.NEGLECTED.with("\\x02records\\x00");
    assertTold(line);
    time.join(
        RetentionSweeper.newBuilder(store, RECORDS)
            .executor(time)
            .timer(new TimelineScheduler(time, time))
            .build()
            .sweepOnce());
    time.advance(Duration.ofHours(2));
    arrive(guard).end();
    assertTold(line);
  }

  @Test
  void subspaceOfSomebodyElse_isToldOf_andNothingIsExecuted() {
    store.run(
        transaction -> {
          transaction.set(RECORDS.pack("accounts"), new byte[0]);
          return null;
        });
    OpenCall<AddRequest, Balance> call = arrive(guard());
    call.end();

    assertEquals(Status.Code.DATA_LOSS, call.code());
    assertEquals(0, ledger.executions());
    assertTold(
        LogLine.CALL_FAILED.with(
            ADD,
            "what is stored can't be understood: the subspace \\x02records\\x00 holds other keys"
                + " than the guard's: give the guard a subspace of its own, to which nobody else"
                + " writes"));
  }
}
