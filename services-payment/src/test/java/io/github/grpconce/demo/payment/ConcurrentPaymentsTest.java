package io.github.grpconce.demo.payment;

import static io.github.grpconce.demo.payment.PaymentFixture.CUSTOMER;
import static io.github.grpconce.demo.payment.PaymentFixture.MERCHANT;
import static io.github.grpconce.demo.payment.PaymentFixture.charge;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.grpconce.RequestId;
import io.github.grpconce.demo.payment.v1.Payment;
import io.github.grpconce.demo.runtime.AttemptJournal.Counts;
import io.github.grpconce.teststore.StoreTest;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Many callers at once. */
@StoreTest
class ConcurrentPaymentsTest {

  private static final int CALLERS = 16;

  private final ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
  private final PaymentFixture payments = PaymentFixture.guarded().withCustomer(100);

  @AfterEach
  void booksBalance() {
    callers.shutdownNow();
    try (payments) {
      assertEquals(0, payments.books().sumOfBalancesCents());
      assertEquals(0, payments.books().unexplainedCents());
    }
  }

  @Test
  void chargesOfOneCustomer_areMadeAsLongAsTheMoneyLasts() throws Exception {
    List<String> outcomes = callAll(130, () -> payments.stub().charge(charge(1)));

    assertEquals(Map.of("charged", 100L, "FAILED_PRECONDITION", 30L), count(outcomes, "charged"));
    assertEquals(0, payments.balance(CUSTOMER));
    assertEquals(100, payments.balance(MERCHANT));
  }

  @Test
  void attemptsOfOneOperation_areAnsweredAlike() throws Exception {
    RequestId id = RequestId.random();

    List<String> outcomes = callAll(CALLERS, () -> payments.stub(id).charge(charge(1)));

    assertEquals(1, outcomes.stream().distinct().count(), outcomes::toString);
    assertEquals(99, payments.balance(CUSTOMER));
    Counts counts = payments.journal("Charge");
    assertEquals(CALLERS, counts.attempts());
    // Those that joined the execution got its answer at first hand.
    assertTrue(counts.replays() < CALLERS, counts::toString);
  }

  @Test
  void refundsOfOneCharge_areMadeOnce() throws Exception {
    Payment charge = payments.stub().charge(charge(40));

    List<String> outcomes = callAll(CALLERS, () -> payments.refund(charge));

    assertEquals(
        Map.of("refunded", 1L, "FAILED_PRECONDITION", CALLERS - 1L), count(outcomes, "refunded"));
    assertEquals(100, payments.balance(CUSTOMER));
  }

  /** Returns for each call the payment's ID, or the code that it failed with. */
  private List<String> callAll(int times, Callable<Payment> call) throws Exception {
    List<Future<String>> running = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      running.add(callers.submit(() -> outcome(call)));
    }
    List<String> outcomes = new ArrayList<>();
    for (Future<String> outcome : running) {
      outcomes.add(outcome.get());
    }
    return outcomes;
  }

  private static String outcome(Callable<Payment> call) throws Exception {
    try {
      return call.call().getPaymentId();
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode().name();
    }
  }

  /** Counts the outcomes; all payments, whose IDs have no capitals, count as one. */
  private static Map<String, Long> count(List<String> outcomes, String success) {
    return outcomes.stream()
        .map(outcome -> outcome.equals(outcome.toLowerCase(Locale.ROOT)) ? success : outcome)
        .collect(Collectors.groupingBy(outcome -> outcome, Collectors.counting()));
  }
}
