package io.github.grpconce.testing;

import static io.github.grpconce.testing.Till.transaction;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.ReadTransaction;
import com.apple.foundationdb.Transaction;
import com.apple.foundationdb.subspace.Subspace;
import com.apple.foundationdb.tuple.Tuple;
import io.github.grpconce.RequestId;
import io.github.grpconce.client.IdempotencyClientInterceptor;
import io.github.grpconce.server.IdempotentCall;
import io.github.grpconce.testing.v1.BankServiceGrpc;
import io.github.grpconce.testing.v1.Receipt;
import io.github.grpconce.testing.v1.Sum;
import io.github.grpconce.testing.v1.TillServiceGrpc;
import io.github.grpconce.teststore.OnEngineOnly;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Clock;
import java.util.Arrays;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;

/** The mistakes that people make in handlers: each is found, and shown in a transcript. */
@OnEngineOnly("virtual time")
class WrongHandlersTest {

  private static final MethodDescriptor<Sum, Receipt> PAY = TillServiceGrpc.getPayMethod();
  private static final MethodDescriptor<Sum, Receipt> PAY_IN_STEPS =
      TillServiceGrpc.getPayInStepsMethod();

  private static ExactlyOnce handler(BiFunction<Database, Sum, Receipt> handler) {
    return ExactlyOnce.of(database -> new Till(sum -> handler.apply(database, sum)));
  }

  private static ExactlyOnce handlerWithBank(BiFunction<Channel, Sum, Receipt> handler) {
    return ExactlyOnce.of(
        (database, bank) -> new Till(sum -> handler.apply(bank, sum)), database -> new Bank());
  }

  /** Finds the excerpts in the failure's message one after the other. */
  private static void assertFound(Proof<?, ?> proof, String... excerpts) {
    AssertionError failure = assertThrows(AssertionError.class, proof::takesEffectOnce);
    int from = 0;
    for (String excerpt : excerpts) {
      int found = failure.getMessage().indexOf(excerpt, from);
      assertTrue(found >= 0, () -> "not there, or not in this order: " + excerpt + "\n" + failure);
      from = found + excerpt.length();
    }
  }

  @Test
  void effectInATransactionOfItsOwn_happensTwice() {
    assertFound(
        handler(WrongHandlersTest::countBesides).call(PAY, Till.sum(30)).given(Till::open),
        "TillService/Pay doesn't take effect exactly once",
        "In a world when the server commits set (\"balance\", \"alice\"), the guard's records",
        "it conflicts (1020)",
        "* (\"count\", \"paid\") =",
        "(2)",
        "without mishap",
        "(1)",
        "What was done:",
        "client    sends attempt 1 to server 1",
        "server 1  commits ADD (\"count\", \"paid\")",
        "server 1  commits set (\"balance\", \"alice\"), the guard's records",
        "!!! it conflicts (1020)",
        "server 1  commits ADD (\"count\", \"paid\")",
        "client    attempt 1 is answered OK",
        "balance_cents: 70",
        "replayed");
  }

  private static Receipt countBesides(Database database, Sum sum) {
    database.run(
        tr -> {
          Till.count(tr, "paid");
          return tr;
        });
    return Till.take(transaction(), sum);
  }

  @Test
  void rowUnderARandomKey_isWrittenTwice() {
    assertFound(
        handler(WrongHandlersTest::noteBesides).call(PAY, Till.sum(30)).given(Till::open),
        "it conflicts (1020)",
        "* 2 entries whose keys differ each time, not 1: [(\"count\", \"audit\"");
  }

  private static Receipt noteBesides(Database database, Sum sum) {
    database.run(
        tr -> {
          Till.count(tr, "audit", UUID.randomUUID().toString());
          return tr;
        });
    return Till.take(transaction(), sum);
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
    assertFound(
        exactlyOnce.call(PAY, Till.sum(30)).given(Till::open),
        "* the answer is OK",
        "no. 2",
        "and without mishap OK",
        "no. 1",
        "!!! it conflicts (1020)");
  }

  @Test
  void effectOutside_happensTwice() {
    AtomicInteger mails = new AtomicInteger();
    assertFound(
        handler(
                (database, sum) -> {
                  mails.incrementAndGet();
                  return Till.take(transaction(), sum);
                })
            .call(PAY, Till.sum(30))
            .given(Till::open)
            .given(database -> mails.set(0))
            .effect("mails", database -> mails.get()),
        "* mails = 2",
        "and without mishap 1");
  }

  @Test
  void effectThatIsntTheSameEachTime_canTProveAnything() {
    AtomicInteger mails = new AtomicInteger();
    assertFound(
        handler((database, sum) -> Till.take(transaction(), sum))
            .call(PAY, Till.sum(30))
            .given(Till::open)
            .effect("mails", database -> mails.incrementAndGet()),
        "the effect \"mails\" isn't the same each time; is it new in each world?");
  }

  /** It would be found out only by the amount, which is another each time. */
  @Test
  void amountWithNoise_leavesNothingToCompare() {
    assertFound(
        handler(
                (database, sum) -> {
                  database.run(tr -> Till.take(tr, sum.toBuilder().setCents(noise()).build()));
                  return Receipt.getDefaultInstance();
                })
            .call(PAY, Till.sum(30))
            .given(WrongHandlersTest::openRich),
        "In a world where nothing goes wrong",
        "* nothing of its effect can be compared:",
        "(\"balance\", \"alice\"): its value differs each time, although nothing goes wrong");
  }

  private static long noise() {
    return System.nanoTime() & 0xffff_ffffL;
  }

  private static void openRich(Database database) {
    database.run(
        tr -> {
          tr.set(Till.balanceKey("alice"), Till.littleEndian(1L << 40));
          return tr;
        });
  }

  /** The same noise in all worlds: so the amount can be compared. */
  @Test
  void amountWithTheWorldsTime_happensTwice() {
    AtomicReference<Clock> clock = new AtomicReference<>();
    ExactlyOnce exactlyOnce =
        handler(
            (database, sum) -> {
              long noise = clock.get().millis() % 1_000;
              database.run(tr -> Till.take(tr, sum.toBuilder().setCents(30 + noise).build()));
              Till.count(transaction(), "paid");
              return Receipt.getDefaultInstance();
            });
    clock.set(exactlyOnce.clock());
    assertFound(
        exactlyOnce.call(PAY, Till.sum(30)).given(WrongHandlersTest::openRich),
        "it conflicts (1020)",
        "* (\"balance\", \"alice\")",
        "and without mishap");
  }

  @Test
  void whereEverythingIsIgnored_nothingIsLeftToCompare() {
    assertFound(
        handler((database, sum) -> Till.take(transaction(), sum))
            .call(PAY, Till.sum(30))
            .given(Till::open)
            .ignoring(new Subspace(), "all the same to us"),
        "* nothing of its effect can be compared:",
        "(\"balance\", \"alice\"): all the same to us");
  }

  @Test
  void ignoredValueThatIsMissing_isFound() {
    assertFound(
        handler(WrongHandlersTest::countIfItWorks)
            .call(PAY, Till.sum(30))
            .given(Till::open)
            .ignoring(new Subspace(Tuple.from("count")), "how often it was asked for"),
        "the store is behind (1037)",
        "* missing: (\"count\", \"paid\")");
  }

  private static Receipt countIfItWorks(Database database, Sum sum) {
    Receipt receipt = Till.take(transaction(), sum);
    try {
      var unused = transaction().get(Till.balanceKey("audit")).join();
      Till.count(transaction(), "paid");
    } catch (CompletionException e) {
      return receipt;
    }
    return receipt;
  }

  /** By the machine's clock they never agree, and by the world's they do until one is late. */
  @Test
  void stepsThatDisagreeAboutTheTime_areFound() {
    AtomicReference<Clock> clock = new AtomicReference<>();
    ExactlyOnce exactlyOnce = handler((database, sum) -> takeAndStampTwice(clock.get(), sum));
    clock.set(exactlyOnce.clock());
    assertFound(
        exactlyOnce
            .call(PAY_IN_STEPS, Till.sum(30))
            .given(Till::open)
            .effect("the times agree", WrongHandlersTest::timesAgree)
            .effect("balance", database -> database.read(WrongHandlersTest::balance)),
        "the server dies",
        "* the times agree = false",
        "and without mishap true");
  }

  private static Receipt takeAndStampTwice(Clock clock, Sum sum) {
    IdempotentCall call = IdempotentCall.current();
    call.step("begin", tr -> stamp(tr, "begun", clock));
    return call.step(
        "end",
        Receipt.parser(),
        tr -> {
          stamp(tr, "ended", clock);
          return Till.take(tr, sum);
        });
  }

  private static void stamp(Transaction tr, String what, Clock clock) {
    tr.set(Tuple.from(what).pack(), Tuple.from(clock.millis()).pack());
  }

  private static long balance(ReadTransaction tr) {
    return Till.cents(tr.get(Till.balanceKey("alice")).join());
  }

  private static boolean timesAgree(Database database) {
    return database.read(
        tr ->
            Arrays.equals(
                tr.get(Tuple.from("begun").pack()).join(),
                tr.get(Tuple.from("ended").pack()).join()));
  }

  @Test
  void stepWhoseLabelChanges_isDoneTwice() {
    assertFound(
        handler(WrongHandlersTest::takeUnderANewLabel)
            .call(PAY_IN_STEPS, Till.sum(30))
            .given(Till::open),
        "the server dies",
        "* the answer is OK",
        "balance_cents: 40",
        "and without mishap OK",
        "balance_cents: 70",
        "* (\"balance\", \"alice\")",
        "(40)",
        "(70)");
  }

  private static Receipt takeUnderANewLabel(Database database, Sum sum) {
    String label = "take " + UUID.randomUUID();
    return IdempotentCall.current().step(label, Receipt.parser(), tr -> Till.take(tr, sum));
  }

  @Test
  void callUnderARandomId_isNotTheSameCall() {
    assertFound(
        handlerWithBank(WrongHandlersTest::transferUnderANewId)
            .call(PAY, Till.sum(30))
            .given(Till::open),
        "* other services were called under request IDs",
        "BankService/Transfer",
        "and in another execution of the same call",
        "BankService/Transfer",
        "server 1  calls grpconce.testing.v1.BankService/Transfer");
  }

  private static Receipt transferUnderANewId(Channel bank, Sum sum) {
    Receipt transferred =
        BankServiceGrpc.newBlockingStub(bank)
            .withOption(IdempotencyClientInterceptor.REQUEST_ID, RequestId.random())
            .transfer(sum);
    return Till.take(transaction(), sum).toBuilder().setNumber(transferred.getNumber()).build();
  }

  @Test
  void callWithOtherContentEachTime_isFound() {
    assertFound(
        handlerWithBank(WrongHandlersTest::transferToANewAccount)
            .call(PAY_IN_STEPS, Till.sum(30))
            .given(Till::open),
        "the answer gets lost",
        "* other content under the same request ID:",
        "BankService/Transfer",
        "BankService/Transfer");
  }

  private static Receipt transferToANewAccount(Channel bank, Sum sum) {
    Sum other = sum.toBuilder().setAccount(UUID.randomUUID().toString()).build();
    var unused = BankServiceGrpc.newBlockingStub(bank).transfer(other);
    return IdempotentCall.current().step("take", Receipt.parser(), tr -> Till.take(tr, sum));
  }

  @Test
  void swallowedErrorOfTheStore_losesTheEffect() {
    assertFound(
        handler(WrongHandlersTest::takeIfItWorks).call(PAY, Till.sum(30)).given(Till::open),
        "In a world when the server reads (\"balance\", \"alice\") (step 7)",
        "the store is behind (1037)",
        "* the answer is OK {}",
        "* (\"balance\", \"alice\")",
        "(100)",
        "(70)",
        "!!! the store is behind (1037)",
        "server 1  commits the guard's records",
        "client    attempt 1 is answered OK {}");
  }

  private static Receipt takeIfItWorks(Database database, Sum sum) {
    try {
      return Till.take(transaction(), sum);
    } catch (CompletionException e) {
      return Receipt.getDefaultInstance();
    }
  }

  @Test
  void unguardedMethod_isToldApart() {
    assertFound(
        handler((database, sum) -> database.run(tr -> Till.take(tr, sum)))
            .call(TillServiceGrpc.getPayUnguardedMethod(), Till.sum(30))
            .given(Till::open),
        "In a world where nothing goes wrong",
        "is the method guarded?");
  }

  @Test
  void callWithoutEffect_canTProveAnything() {
    assertFound(
        handler((database, sum) -> Receipt.getDefaultInstance()).call(PAY, Till.sum(30)),
        "it has no effect, so that nothing can be shown");
  }

  @Test
  void otherAnswerThanExpected_isNamed() {
    assertFound(
        handler((database, sum) -> Till.take(transaction(), sum))
            .call(PAY, Till.sum(101))
            .given(Till::open),
        "* the answer is FAILED_PRECONDITION (not enough money), not OK");
  }

  @Test
  void handlerThatNeverAnswers_isNamed() {
    assertFound(
        ExactlyOnce.of(database -> new SilentTill()).call(PAY, Till.sum(30)),
        "* the call never got a final answer");
  }

  private static final class SilentTill extends TillServiceGrpc.TillServiceImplBase {
    @Override
    public void pay(Sum request, StreamObserver<Receipt> observer) {
      Till.count(transaction(), "asked");
    }
  }

  @Test
  void handlerThatAlwaysFails_isNeverAnswered() {
    assertFound(
        handler(
                (database, sum) -> {
                  throw Status.RESOURCE_EXHAUSTED.asRuntimeException();
                })
            .call(PAY, Till.sum(30)),
        "* the call never got a final answer: the last one was RESOURCE_EXHAUSTED",
        "client    sends attempt 2 to server 1");
  }
}
