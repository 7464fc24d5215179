package io.github.grpconce.server;

import static io.github.grpconce.server.LedgerServer.RECORDS;
import static io.github.grpconce.server.LedgerServer.add;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.Transaction;
import io.github.grpconce.ErrorReason;
import io.github.grpconce.FaultyDatabase;
import io.github.grpconce.RequestId;
import io.github.grpconce.embedded.EmbeddedDatabase;
import io.github.grpconce.embedded.Fault;
import io.github.grpconce.embedded.FaultPlan;
import io.github.grpconce.embedded.VirtualTime;
import io.github.grpconce.test.v1.AddRequest;
import io.github.grpconce.test.v1.Balance;
import io.github.grpconce.test.v1.StepsServiceGrpc;
import io.github.grpconce.teststore.OnEngineOnly;
import io.grpc.Status;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Commits of calls in steps that land late, after they were given up. In one thread, in virtual
 * time.
 *
 * <p>The commits of a call are: the first step with the claim, the second step, the outcome. Where
 * the ID is opaque, the claim is a commit of its own, before.
 */
@OnEngineOnly("a fault plan")
@ParameterizedClass
@ValueSource(strings = {"id", "018f2c5e-0000-7000-8000-000000000000"})
class StepsFaultsTest {

  private static final Duration SOON = Duration.ofSeconds(1);
  private static final Duration LATER = Duration.ofSeconds(2);
  private static final Duration LONG = Duration.ofSeconds(30);

  private final VirtualTime time = new VirtualTime();
  private final ManualScheduler scheduler = new ManualScheduler();
  private final FaultPlan plan = FaultPlan.seeded(1);

  @AutoClose
  private final Database store =
      EmbeddedDatabase.newBuilder().timeline(time).executor(time).faultPlan(plan).build();

  private final FaultyDatabase counted = new FaultyDatabase(store);
  private final IdempotencyServerInterceptor interceptor =
      IdempotencyServerInterceptor.newBuilder(counted.database(), RECORDS)
          .executor(Runnable::run)
          .scheduler(scheduler.service())
          .build();

  @Parameter String id;

  private boolean failsAfterTheFirstStep;
  private int executions;

  /** The older commit still hovers while the newer one takes effect. */
  @ParameterizedTest
  @CsvSource({"0,1031", "1,1031", "2,1031", "0,1039", "1,1039", "2,1039"})
  void commitThatLandsAfterTheNextTry_comesToNothing(int before, int code) {
    plan.at(FaultPlan.Step.COMMIT).skip(before).once().inject(Fault.landsLater(code, LATER));

    Arrival attempt = arrive();
    time.advance(LONG);

    assertTransferredBy(attempt);
    assertEquals(1, executions);
  }

  /** The next try begins before, and would commit after, the older one's late commit. */
  @ParameterizedTest
  @CsvSource({"0,1031", "1,1031", "2,1031", "0,1039", "1,1039", "2,1039"})
  void commitThatLandsDuringTheNextTry_isTheOneThatCounts(int before, int code) {
    plan.at(FaultPlan.Step.COMMIT).skip(before).once().inject(Fault.landsLater(code, SOON));
    plan.at(FaultPlan.Step.COMMIT).skip(before).once().inject(Fault.latency(LATER));

    Arrival attempt = arrive();
    time.advance(LONG);

    assertTransferredBy(attempt);
    assertEquals(1, executions);
  }

  /** Nobody is told that nothing was done, and who comes later goes on from there. */
  @Test
  void claimThatLandsAfterItsCallWasAnswered_isGoneOnWith() {
    plan.at(FaultPlan.Step.COMMIT).times(3).inject(Fault.landsLater(1031, LATER));

    Arrival givenUp = arrive();
    time.advance(SOON);
    assertEquals(Optional.of(ErrorReason.STORE_UNAVAILABLE), ErrorReason.of(givenUp.failure()));
    assertEquals(0, inProgress());
    time.advance(LATER);
    assertEquals(1, inProgress());

    Arrival later = arrive();
    time.advance(LONG);
    scheduler.advance(SOON);
    time.advance(LONG);

    assertTransferredBy(later);
    boolean claimedAhead = RequestId.of(id).time().isEmpty();
    assertEquals(claimedAhead ? 1 : 2, executions);
  }

  @ParameterizedTest
  @ValueSource(ints = {1031, 1039})
  void takeoverThatLandsAfterTheNextTry_comesToNothing(int code) {
    failAfterTheFirstStep();
    plan.at(FaultPlan.Step.COMMIT).once().inject(Fault.landsLater(code, LATER));

    Arrival attempt = arrive();
    time.advance(LONG);

    assertTransferredBy(attempt);
    assertEquals(2, executions);
  }

  @ParameterizedTest
  @ValueSource(ints = {1031, 1039})
  void takeoverThatLandsDuringTheNextTry_isTheOneThatCounts(int code) {
    failAfterTheFirstStep();
    plan.at(FaultPlan.Step.COMMIT).once().inject(Fault.landsLater(code, SOON));
    plan.at(FaultPlan.Step.COMMIT).once().inject(Fault.latency(LATER));

    Arrival attempt = arrive();
    time.advance(LONG);

    assertTransferredBy(attempt);
    assertEquals(2, executions);
  }

  private void failAfterTheFirstStep() {
    failsAfterTheFirstStep = true;
    Arrival failed = arrive();
    time.advance(SOON);
    assertEquals(List.of(Status.Code.UNAVAILABLE), failed.codes());
    failsAfterTheFirstStep = false;
  }

  private Arrival arrive() {
    Arrival arrival =
        Arrival.at(
            interceptor,
            StepsServiceGrpc.getTransferMethod(),
            ServerCalls.asyncUnaryCall(this::transfer),
            id,
            add("alice", 5));
    time.runReady();
    return arrival;
  }

  private void transfer(AddRequest request, StreamObserver<Balance> observer) {
    executions++;
    IdempotentCall call = IdempotentCall.current();
    var unused =
        call.stepAsync("take", Balance.parser(), tr -> added(tr, "taken", request))
            .thenCompose(taken -> goOn(call, request))
            .whenComplete((given, failure) -> answer(observer, given, failure));
  }

  private CompletableFuture<Balance> goOn(IdempotentCall call, AddRequest request) {
    return failsAfterTheFirstStep
        ? CompletableFuture.failedFuture(Status.UNAVAILABLE.asRuntimeException())
        : call.stepAsync("give", Balance.parser(), tr -> added(tr, "given", request));
  }

  private static CompletableFuture<Balance> added(
      Transaction transaction, String what, AddRequest request) {
    Transfers.add(transaction, what, request.getAmount());
    return CompletableFuture.completedFuture(
        Balance.newBuilder().setAmount(request.getAmount()).build());
  }

  private static void answer(StreamObserver<Balance> observer, Balance given, Throwable failure) {
    if (failure == null) {
      observer.onNext(given);
      observer.onCompleted();
    } else {
      observer.onError(failure);
    }
  }

  private void assertTransferredBy(Arrival attempt) {
    assertEquals(List.of(Status.Code.OK), attempt.codes());
    assertEquals(List.of(5L), attempt.amounts());
    assertEquals(0, inProgress());
    assertEquals(0, counted.openTransactions());
    Arrival replayed = arrive();
    time.advance(LONG);
    assertEquals(List.of(5L), replayed.amounts());
    assertEquals(5, sum("taken"));
    assertEquals(5, sum("given"));
  }

  private int inProgress() {
    return time.join(store.runAsync(tr -> Transfers.countAsync(tr, 'p')));
  }

  private long sum(String what) {
    return time.join(store.runAsync(tr -> Transfers.sumAsync(tr, what)));
  }
}
