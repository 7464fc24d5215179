package io.github.grpconce.testing;

import static io.github.grpconce.testing.Till.transaction;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.apple.foundationdb.Transaction;
import com.apple.foundationdb.subspace.Subspace;
import com.apple.foundationdb.tuple.Tuple;
import io.github.grpconce.Guard;
import io.github.grpconce.server.CallerScope;
import io.github.grpconce.server.IdempotentCall;
import io.github.grpconce.testing.internal.scenario.Mishap;
import io.github.grpconce.testing.v1.BankServiceGrpc;
import io.github.grpconce.testing.v1.Receipt;
import io.github.grpconce.testing.v1.Sum;
import io.github.grpconce.testing.v1.TillServiceGrpc;
import io.github.grpconce.teststore.OnEngineOnly;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Handlers as they should be: nothing is found, whatever goes wrong. */
@OnEngineOnly("virtual time")
class RightHandlersTest {

  private static final Metadata.Key<String> TENANT =
      Metadata.Key.of("tenant", Metadata.ASCII_STRING_MARSHALLER);

  private static final byte[] TAKEN = Tuple.from("taken", "alice").pack();

  private static ExactlyOnce handler(Function<Sum, Receipt> handler) {
    return ExactlyOnce.of(database -> new Till(handler));
  }

  private static ExactlyOnce handlerWithBank(BiFunction<Channel, Sum, Receipt> handler) {
    return ExactlyOnce.of(
        (database, bank) -> new Till(sum -> handler.apply(bank, sum)), database -> new Bank());
  }

  private static Receipt take(Sum sum) {
    return Till.take(transaction(), sum);
  }

  private static void assertShown(Proof<?, ?> proof) {
    Report report = proof.given(Till::open).takesEffectOnce();
    assertTrue(report.worlds() >= report.possible(), report::toString);
    assertTrue(report.possible() > Mishap.values().length, report::toString);
  }

  @Test
  void transaction_takesEffectOnce() {
    assertShown(
        handler(RightHandlersTest::take).call(TillServiceGrpc.getPayMethod(), Till.sum(30)));
  }

  @Test
  void finalFailure_isTheSameForAllAttempts() {
    assertShown(
        handler(RightHandlersTest::take)
            .call(TillServiceGrpc.getPayMethod(), Till.sum(101))
            .answered(Status.Code.FAILED_PRECONDITION));
  }

  @Test
  void serverStreaming_takesEffectOnce() {
    assertShown(
        handler(RightHandlersTest::take).call(TillServiceGrpc.getPayEachMethod(), Till.sum(30)));
  }

  @Test
  void clientStreaming_takesEffectOnce() {
    assertShown(
        handler(RightHandlersTest::take)
            .call(TillServiceGrpc.getPayAllMethod(), List.of(Till.sum(30), Till.sum(12))));
  }

  @Test
  void methodThatTheBuilderGuards_takesEffectOnce() {
    assertShown(
        handler(RightHandlersTest::take)
            .guarding(
                guard -> guard.guard(TillServiceGrpc.getPayUnguardedMethod(), Guard.transaction()))
            .call(TillServiceGrpc.getPayUnguardedMethod(), Till.sum(30)));
  }

  @Test
  void randomIdsAndTimes_areTakenForWhatTheyAre() {
    assertShown(
        handler(RightHandlersTest::takeWithReceipt)
            .call(TillServiceGrpc.getPayMethod(), Till.sum(30)));
  }

  private static Receipt takeWithReceipt(Sum sum) {
    String number = UUID.randomUUID().toString();
    byte[] now = Tuple.from(Instant.now().toString()).pack();
    transaction().set(Tuple.from("receipt", number).pack(), now);
    transaction().set(Tuple.from("last").pack(), now);
    return take(sum).toBuilder().setNumber(number).build();
  }

  @Test
  void whatCantBeCompared_isSaid() {
    Report report =
        handler(RightHandlersTest::takeWithReceipt)
            .call(TillServiceGrpc.getPayMethod(), Till.sum(30))
            .given(Till::open)
            .worlds(3)
            .takesEffectOnce();

    assertEquals(3, report.leftOut().size(), report::toString);
    assertEquals(
        "(\"last\"): its value differs each time, although nothing goes wrong",
        report.leftOut().get(0));
    assertTrue(report.leftOut().get(1).startsWith("(\"receipt\", \""), report::toString);
    assertTrue(
        report
            .leftOut()
            .get(1)
            .endsWith(": such keys differ each time, and only their number counts"),
        report::toString);
    assertEquals(
        "the answer: it differs each time, although nothing goes wrong", report.leftOut().get(2));
    report
        .leftOut()
        .forEach(what -> assertTrue(report.toString().contains("not compared: " + what)));
  }

  @Test
  void whereEverythingIsCompared_nothingIsSaid() {
    Report report =
        handler(RightHandlersTest::take)
            .call(TillServiceGrpc.getPayMethod(), Till.sum(30))
            .given(Till::open)
            .worlds(3)
            .takesEffectOnce();

    assertEquals(List.of(), report.leftOut());
  }

  /** Another execution may be later: the test says that this is right. */
  @Test
  void timesOfTheWorldsClock_mayBeIgnored() {
    AtomicReference<Clock> clock = new AtomicReference<>();
    ExactlyOnce exactlyOnce = handler(sum -> takeAt(clock.get(), sum));
    clock.set(exactlyOnce.clock());
    Report report =
        exactlyOnce
            .call(TillServiceGrpc.getPayMethod(), Till.sum(30))
            .given(Till::open)
            .ignoring(new Subspace(Tuple.from("taken")), "when it was taken")
            .takesEffectOnce();

    assertEquals(List.of("(\"taken\", \"alice\"): when it was taken"), report.leftOut());
    assertTrue(report.worlds() >= report.possible(), report::toString);
  }

  private static Receipt takeAt(Clock clock, Sum sum) {
    transaction().set(TAKEN, Tuple.from(clock.millis()).pack());
    return take(sum);
  }

  /** What a server does before it serves is no step of a call. */
  @Test
  void serviceThatReadsWhenItIsMade_takesEffectOnce() {
    assertShown(
        ExactlyOnce.of(
                database -> {
                  long tax = database.run(tr -> Till.cents(tr.get(Till.balanceKey("tax")).join()));
                  return new Till(
                      sum -> take(sum.toBuilder().setCents(sum.getCents() + tax).build()));
                })
            .call(TillServiceGrpc.getPayMethod(), Till.sum(30)));
  }

  @Test
  void workInOtherThreads_isWaitedFor() {
    assertShown(
        handler(RightHandlersTest::takeElsewhere)
            .call(TillServiceGrpc.getPayMethod(), Till.sum(30)));
  }

  private static Receipt takeElsewhere(Sum sum) {
    Transaction tr = transaction();
    return CompletableFuture.supplyAsync(() -> Till.take(tr, sum)).join();
  }

  @Test
  void handlerThatReturnsBeforeItAnswers_takesEffectOnce() {
    assertShown(
        ExactlyOnce.of(database -> new AsyncTill())
            .call(TillServiceGrpc.getPayMethod(), Till.sum(30)));
  }

  @Test
  void stepsThatDontBlock_takeEffectOnce() {
    assertShown(
        ExactlyOnce.of(database -> new AsyncTill())
            .call(TillServiceGrpc.getPayInStepsMethod(), Till.sum(30)));
  }

  @Test
  void transactionWithCall_takesEffectOnce() {
    assertShown(
        handlerWithBank(RightHandlersTest::takeAndTransfer)
            .call(TillServiceGrpc.getPayMethod(), Till.sum(30)));
  }

  private static Receipt takeAndTransfer(Channel bank, Sum sum) {
    Receipt taken = take(sum);
    Receipt transferred = BankServiceGrpc.newBlockingStub(bank).transfer(sum);
    return taken.toBuilder().setNumber(transferred.getAccount()).build();
  }

  @Test
  void steps_takeEffectOnce() {
    assertShown(
        handler(RightHandlersTest::takeInSteps)
            .call(TillServiceGrpc.getPayInStepsMethod(), Till.sum(30)));
  }

  private static Receipt takeInSteps(Sum sum) {
    IdempotentCall call = IdempotentCall.current();
    call.step("count", tr -> Till.count(tr, "paid"));
    Receipt receipt = call.step("take", Receipt.parser(), tr -> Till.take(tr, sum));
    return call.finish("end", tr -> receipt);
  }

  /** Whoever resumes an execution finds its caller in the store. */
  @Test
  void stepsOfACallerThatAHeaderNames_takeEffectOnce() {
    assertShown(
        handler(RightHandlersTest::takeInSteps)
            .guarding(guard -> guard.scope(CallerScope.header(TENANT)))
            .call(TillServiceGrpc.getPayInStepsMethod(), Till.sum(30))
            .header(TENANT, "alice"));
  }

  @Test
  void stepsWithCall_takeEffectOnce() {
    assertShown(
        handlerWithBank(RightHandlersTest::takeAndTransferInSteps)
            .call(TillServiceGrpc.getPayInStepsMethod(), Till.sum(30)));
  }

  private static Receipt takeAndTransferInSteps(Channel bank, Sum sum) {
    IdempotentCall call = IdempotentCall.current();
    Receipt receipt = call.step("take", Receipt.parser(), tr -> Till.take(tr, sum));
    Receipt transferred = BankServiceGrpc.newBlockingStub(bank).transfer(sum);
    call.step("count", tr -> Till.count(tr, "transferred", transferred.getAccount()));
    return receipt;
  }

  @Test
  void sameSeed_showsTheSameAgain() {
    Proof<Sum, Receipt> proof =
        handler(RightHandlersTest::take)
            .call(TillServiceGrpc.getPayMethod(), Till.sum(30))
            .given(Till::open)
            .worlds(10);
    Report report = proof.takesEffectOnce();
    assertEquals(10, report.worlds());
    assertEquals(report, proof.takesEffectOnce());
  }
}
