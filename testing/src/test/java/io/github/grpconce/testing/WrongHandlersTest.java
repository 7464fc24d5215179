package io.github.grpconce.testing;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.apple.foundationdb.Transaction;
import io.github.grpconce.RequestId;
import io.github.grpconce.client.IdempotencyClientInterceptor;
import io.github.grpconce.server.IdempotentCall;
import io.github.grpconce.testing.v1.BankServiceGrpc;
import io.github.grpconce.testing.v1.Receipt;
import io.github.grpconce.testing.v1.Sum;
import io.github.grpconce.testing.v1.TillServiceGrpc;
import io.grpc.MethodDescriptor;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Handlers with the mistakes that people make: each is found, and shown in a transcript. */
class WrongHandlersTest {

  private static final MethodDescriptor<Sum, Receipt> PAY = TillServiceGrpc.getPayMethod();
  private static final MethodDescriptor<Sum, Receipt> PAY_IN_STEPS =
      TillServiceGrpc.getPayInStepsMethod();

  private static Transaction transaction() {
    return IdempotentCall.current().transaction();
  }

  private static void open(com.apple.foundationdb.Database database) {
    Till.open(database, 100);
  }

  private static void assertFound(Proof<?, ?> proof, String... excerpts) {
    AssertionError failure = assertThrows(AssertionError.class, proof::takesEffectOnce);
    System.out.println(failure.getMessage());
    for (String excerpt : excerpts) {
      assertTrue(failure.getMessage().contains(excerpt), () -> excerpt + " in " + failure);
    }
  }

  @Test
  void effectInATransactionOfItsOwn_happensTwice() {
    ExactlyOnce exactlyOnce =
        ExactlyOnce.of(
            database ->
                new Till(
                    sum -> {
                      database.run(
                          tr -> {
                            Till.count(tr, "paid");
                            return null;
                          });
                      return Till.take(transaction(), sum);
                    }));
    assertFound(exactlyOnce.call(PAY, Till.sum(30)).given(WrongHandlersTest::open), "count");
  }

  @Test
  void rowUnderARandomKey_happensTwice() {
    ExactlyOnce exactlyOnce =
        ExactlyOnce.of(
            database ->
                new Till(
                    sum -> {
                      database.run(
                          tr -> {
                            Till.count(tr, "audit", UUID.randomUUID().toString());
                            return null;
                          });
                      return Till.take(transaction(), sum);
                    }));
    assertFound(exactlyOnce.call(PAY, Till.sum(30)).given(WrongHandlersTest::open), "2 entries");
  }

  @Test
  void countInMemory_differsBetweenAnswers() {
    ExactlyOnce exactlyOnce =
        ExactlyOnce.of(
            database -> {
              AtomicInteger calls = new AtomicInteger();
              return new Till(
                  sum ->
                      Till.take(transaction(), sum).toBuilder()
                          .setNumber("no. " + calls.incrementAndGet())
                          .build());
            });
    assertFound(exactlyOnce.call(PAY, Till.sum(30)).given(WrongHandlersTest::open), "no. 2");
  }

  @Test
  void effectOutside_happensTwice() {
    AtomicInteger mails = new AtomicInteger();
    ExactlyOnce exactlyOnce =
        ExactlyOnce.of(
            database ->
                new Till(
                    sum -> {
                      mails.incrementAndGet();
                      return Till.take(transaction(), sum);
                    }));
    assertFound(
        exactlyOnce
            .call(PAY, Till.sum(30))
            .given(WrongHandlersTest::open)
            .given(database -> mails.set(0))
            .effect("mails", database -> mails.get()),
        "mails = 2");
  }

  @Test
  void stepWhoseLabelChanges_isDoneTwice() {
    ExactlyOnce exactlyOnce =
        ExactlyOnce.of(
            database ->
                new Till(
                    sum ->
                        IdempotentCall.current()
                            .step(
                                "take " + UUID.randomUUID(),
                                Receipt.parser(),
                                tr -> Till.take(tr, sum))));
    assertFound(
        exactlyOnce.call(PAY_IN_STEPS, Till.sum(30)).given(WrongHandlersTest::open), "balance");
  }

  @Test
  void callUnderARandomId_isFound() {
    ExactlyOnce exactlyOnce =
        ExactlyOnce.of(
            (database, bank) ->
                new Till(
                    sum -> {
                      var unused =
                          BankServiceGrpc.newBlockingStub(bank)
                              .withOption(
                                  IdempotencyClientInterceptor.REQUEST_ID, RequestId.random())
                              .transfer(sum);
                      return Till.take(transaction(), sum);
                    }),
            database -> new Bank());
    assertFound(exactlyOnce.call(PAY, Till.sum(30)).given(WrongHandlersTest::open), "request IDs");
  }

  @Test
  void swallowedErrorOfTheStore_isFound() {
    ExactlyOnce exactlyOnce =
        ExactlyOnce.of(
            database ->
                new Till(
                    sum -> {
                      try {
                        return Till.take(transaction(), sum);
                      } catch (CompletionException e) {
                        return Receipt.getDefaultInstance();
                      }
                    }));
    assertFound(exactlyOnce.call(PAY, Till.sum(30)).given(WrongHandlersTest::open), "balance");
  }

  @Test
  void unguardedMethod_isFound() {
    ExactlyOnce exactlyOnce =
        ExactlyOnce.of(database -> new Till(sum -> database.run(tr -> Till.take(tr, sum))));
    assertFound(
        exactlyOnce
            .call(TillServiceGrpc.getPayUnguardedMethod(), Till.sum(30))
            .given(WrongHandlersTest::open),
        "is the method guarded?");
  }
}
