package io.github.grpconce.demo.payment;

import static io.github.grpconce.demo.payment.PaymentFixture.CUSTOMER;
import static io.github.grpconce.demo.payment.PaymentFixture.MERCHANT;
import static io.github.grpconce.demo.payment.PaymentFixture.charge;
import static io.github.grpconce.demo.payment.PaymentFixture.refusalOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.grpconce.RequestId;
import io.github.grpconce.demo.payment.v1.GetAccountRequest;
import io.github.grpconce.embedded.Fault;
import io.github.grpconce.embedded.FaultPlan;
import io.github.grpconce.embedded.FaultPlan.Step;
import io.github.grpconce.teststore.OnEngineOnly;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Payments on a store that fails. Run it again with {@code -Dseed=N}. */
@OnEngineOnly("a fault plan")
class StoreFaultsTest {

  private static final int CHARGES = 40;
  private static final double OFTEN = 0.1;

  private static final int TRANSACTION_TOO_OLD = 1007;
  private static final int NOT_COMMITTED = 1020;
  private static final int TIMED_OUT = 1031;

  private static final Set<Code> RETRYABLE = EnumSet.of(Code.UNAVAILABLE, Code.ABORTED);

  private final long seed = Long.getLong("seed", System.nanoTime());
  private final FaultPlan faults = FaultPlan.seeded(seed);
  private final PaymentFixture payments = PaymentFixture.withFaults(faults).withCustomer(1_000);

  @Test
  void charges_areMadeOnce_howeverTheStoreFails() {
    System.out.println("StoreFaultsTest: -Dseed=" + seed);
    often(Step.READ, Fault.error(TRANSACTION_TOO_OLD));
    often(Step.COMMIT, Fault.error(NOT_COMMITTED));
    often(Step.COMMIT, Fault.unknownResultDropped());
    often(Step.COMMIT, Fault.unknownResultLanded());
    often(Step.COMMIT, Fault.landsLater(TIMED_OUT, Duration.ofMillis(5)));
    try (payments) {
      for (int i = 0; i < CHARGES; i++) {
        chargeUntilAnswered(RequestId.random());
      }

      assertEquals(1_000 - CHARGES, payments.balance(CUSTOMER), () -> "-Dseed=" + seed);
      assertEquals(CHARGES, payments.balance(MERCHANT), () -> "-Dseed=" + seed);
      assertEquals(0, payments.books().unexplainedCents());
    }
  }

  @Test
  void storeThatDoesNotAnswer_isUnavailable_andComesBack() {
    GetAccountRequest request = GetAccountRequest.newBuilder().setAccountId(CUSTOMER).build();
    faults.at(Step.READ).once().inject(Fault.error(TIMED_OUT));
    try (payments) {
      assertEquals("UNAVAILABLE ", refusalOf(() -> payments.stub().getAccount(request)));

      assertEquals(1_000, payments.stub().getAccount(request).getBalanceCents());
    }
  }

  /** As clients do: a failure that is worth a retry is no answer. */
  private void chargeUntilAnswered(RequestId id) {
    boolean answered = false;
    while (!answered) {
      try {
        payments.stub(id).charge(charge(1));
        answered = true;
      } catch (StatusRuntimeException e) {
        assertTrue(RETRYABLE.contains(e.getStatus().getCode()), () -> e + " -Dseed=" + seed);
      }
    }
  }

  private void often(Step step, Fault fault) {
    faults.at(step).probability(OFTEN).inject(fault);
  }
}
