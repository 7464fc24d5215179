package io.github.grpconce.example;

import io.github.grpconce.demo.payment.v1.ChargeRequest;
import io.github.grpconce.demo.payment.v1.PaymentServiceGrpc;
import io.github.grpconce.example.PaymentsExample.PaymentService;
import io.github.grpconce.testing.ExactlyOnce;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How the README tests its own example. */
final class PaymentServiceTest {

  private static final ChargeRequest REQUEST =
      ChargeRequest.newBuilder().setCustomerAccountId("ann").setAmountCents(250).build();

  // readme: test
  @RegisterExtension
  final ExactlyOnce exactlyOnce = ExactlyOnce.of(database -> new PaymentService());

  @Test
  void charge_takesEffectOnce() {
    exactlyOnce.call(PaymentServiceGrpc.getChargeMethod(), REQUEST).takesEffectOnce();
  }
  // readme: end
}
