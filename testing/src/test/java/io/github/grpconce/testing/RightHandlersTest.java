package io.github.grpconce.testing;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.apple.foundationdb.Transaction;
import com.apple.foundationdb.tuple.Tuple;
import io.github.grpconce.server.IdempotentCall;
import io.github.grpconce.testing.v1.BankServiceGrpc;
import io.github.grpconce.testing.v1.Receipt;
import io.github.grpconce.testing.v1.Sum;
import io.github.grpconce.testing.v1.TillServiceGrpc;
import io.grpc.Channel;
import io.grpc.Status;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Handlers as they should be: nothing is found, whatever goes wrong. */
class RightHandlersTest {

  private static Transaction transaction() {
    return IdempotentCall.current().transaction();
  }

  private static void open(com.apple.foundationdb.Database database) {
    Till.open(database, 100);
  }

  private static final ExactlyOnce TAKING =
      ExactlyOnce.of(database -> new Till(sum -> Till.take(transaction(), sum)));

  private static void assertThorough(Report report) {
    System.out.println(report);
    assertTrue(report.worlds() > report.steps(), report::toString);
  }

  @Test
  void transaction_takesEffectOnce() {
    assertThorough(
        TAKING
            .call(TillServiceGrpc.getPayMethod(), Till.sum(30))
            .given(RightHandlersTest::open)
            .takesEffectOnce());
  }

  @Test
  void finalFailure_isTheSameForAllAttempts() {
    assertThorough(
        TAKING
            .call(TillServiceGrpc.getPayMethod(), Till.sum(101))
            .given(RightHandlersTest::open)
            .answered(Status.Code.FAILED_PRECONDITION)
            .takesEffectOnce());
  }

  @Test
  void serverStreaming_takesEffectOnce() {
    assertThorough(
        TAKING
            .call(TillServiceGrpc.getPayEachMethod(), Till.sum(30))
            .given(RightHandlersTest::open)
            .takesEffectOnce());
  }

  @Test
  void clientStreaming_takesEffectOnce() {
    assertThorough(
        TAKING
            .call(TillServiceGrpc.getPayAllMethod(), List.of(Till.sum(30), Till.sum(12)))
            .given(RightHandlersTest::open)
            .takesEffectOnce());
  }

  @Test
  void randomIdsAndTimes_areTakenForWhatTheyAre() {
    ExactlyOnce exactlyOnce =
        ExactlyOnce.of(
            database ->
                new Till(
                    sum -> {
                      String number = UUID.randomUUID().toString();
                      byte[] now = Instant.now().toString().getBytes();
                      transaction().set(Tuple.from("receipt", number).pack(), now);
                      transaction().set(Tuple.from("last").pack(), now);
                      return Till.take(transaction(), sum).toBuilder().setNumber(number).build();
                    }));
    assertThorough(
        exactlyOnce
            .call(TillServiceGrpc.getPayMethod(), Till.sum(30))
            .given(RightHandlersTest::open)
            .takesEffectOnce());
  }

  @Test
  void workInOtherThreads_isWaitedFor() {
    ExactlyOnce exactlyOnce =
        ExactlyOnce.of(
            database ->
                new Till(
                    sum -> {
                      Transaction tr = transaction();
                      return CompletableFuture.supplyAsync(() -> Till.take(tr, sum)).join();
                    }));
    assertThorough(
        exactlyOnce
            .call(TillServiceGrpc.getPayMethod(), Till.sum(30))
            .given(RightHandlersTest::open)
            .takesEffectOnce());
  }

  @Test
  void steps_takeEffectOnce() {
    ExactlyOnce exactlyOnce = ExactlyOnce.of(database -> new Till(RightHandlersTest::inSteps));
    assertThorough(
        exactlyOnce
            .call(TillServiceGrpc.getPayInStepsMethod(), Till.sum(30))
            .given(RightHandlersTest::open)
            .takesEffectOnce());
  }

  private static Receipt inSteps(Sum sum) {
    IdempotentCall call = IdempotentCall.current();
    call.step("count", tr -> Till.count(tr, "paid"));
    Receipt receipt = call.step("take", Receipt.parser(), tr -> Till.take(tr, sum));
    return call.finish("end", tr -> receipt);
  }

  @Test
  void stepsWithCalls_takeEffectOnce() {
    ExactlyOnce exactlyOnce =
        ExactlyOnce.of(
            (database, bank) -> new Till(sum -> inStepsWithBank(bank, sum)),
            database -> new Bank());
    assertThorough(
        exactlyOnce
            .call(TillServiceGrpc.getPayInStepsMethod(), Till.sum(30))
            .given(RightHandlersTest::open)
            .takesEffectOnce());
  }

  private static Receipt inStepsWithBank(Channel bank, Sum sum) {
    IdempotentCall call = IdempotentCall.current();
    Receipt receipt = call.step("take", Receipt.parser(), tr -> Till.take(tr, sum));
    Receipt transferred = BankServiceGrpc.newBlockingStub(bank).transfer(sum);
    call.step("count", tr -> Till.count(tr, "transferred", transferred.getAccount()));
    return receipt;
  }

  @Test
  void transactionWithCall_takesEffectOnce() {
    ExactlyOnce exactlyOnce =
        ExactlyOnce.of(
            (database, bank) ->
                new Till(
                    sum -> {
                      Receipt receipt = Till.take(transaction(), sum);
                      var unused = BankServiceGrpc.newBlockingStub(bank).transfer(sum);
                      return receipt;
                    }),
            database -> new Bank());
    assertThorough(
        exactlyOnce
            .call(TillServiceGrpc.getPayMethod(), Till.sum(30))
            .given(RightHandlersTest::open)
            .takesEffectOnce());
  }
}
