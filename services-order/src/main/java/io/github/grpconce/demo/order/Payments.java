package io.github.grpconce.demo.order;

import com.google.rpc.ErrorInfo;
import io.github.grpconce.ErrorReason;
import io.github.grpconce.client.IdempotencyClientInterceptor;
import io.github.grpconce.demo.handler.Refusal;
import io.github.grpconce.demo.order.v1.Order;
import io.github.grpconce.demo.payment.v1.ChargeRequest;
import io.github.grpconce.demo.payment.v1.PaymentServiceGrpc;
import io.github.grpconce.demo.payment.v1.PaymentServiceGrpc.PaymentServiceBlockingStub;
import io.grpc.Channel;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;

/** The payment service, as far as orders need it. Thread-safe; blocks. */
final class Payments {

  private static final Set<Code> DECLINED = EnumSet.of(Code.FAILED_PRECONDITION, Code.NOT_FOUND);

  /** Answers after which the charge may have been made or not. */
  private static final Set<Code> NOT_KNOWN =
      EnumSet.of(
          Code.UNAVAILABLE,
          Code.DEADLINE_EXCEEDED,
          Code.ABORTED,
          Code.RESOURCE_EXHAUSTED,
          Code.CANCELLED,
          Code.UNKNOWN,
          Code.INTERNAL);

  /** Names the call, so that a later version of the handler may have others. */
  private static final String CHARGE = "charge";

  private final PaymentServiceBlockingStub stub;
  private final String merchantAccountId;
  private final Duration timeout;

  /**
   * Returns the payments that are made over a channel.
   *
   * @param channel does the retries
   * @param merchantAccountId receives the money
   * @param timeout for one charge, all its retries included
   */
  Payments(Channel channel, String merchantAccountId, Duration timeout) {
    this.stub =
        PaymentServiceGrpc.newBlockingStub(channel)
            .withOption(IdempotencyClientInterceptor.LABEL, CHARGE);
    this.merchantAccountId = merchantAccountId;
    this.timeout = timeout;
  }

  /**
   * Charges for an order.
   *
   * <p>The request must be the same whenever the order is executed again: it has the order's ID,
   * but nothing that is made anew each time.
   *
   * @throws StatusRuntimeException if it is not known what became of the charge: UNAVAILABLE; if
   *     the payment service doesn't take the request, or not for our account: INTERNAL
   */
  ChargeResult charge(Order order) {
    ChargeRequest request =
        ChargeRequest.newBuilder()
            .setCustomerAccountId(order.getCustomerAccountId())
            .setMerchantAccountId(merchantAccountId)
            .setAmountCents(order.getTotalCents())
            .setReference(order.getOrderId())
            .build();
    try {
      return new ChargeResult.Charged(
          stub.withDeadlineAfter(timeout).charge(request).getPaymentId());
    } catch (StatusRuntimeException e) {
      return declined(e);
    }
  }

  private ChargeResult declined(StatusRuntimeException failure) {
    Code code = failure.getStatus().getCode();
    ErrorInfo info = Refusal.infoOf(failure);
    if (DECLINED.contains(code) && concernsCustomer(info)) {
      return new ChargeResult.Declined(info.getReason(), message(failure));
    }
    throw NOT_KNOWN.contains(code)
        ? OrderRefusals.paymentUnavailable(code)
        : OrderRefusals.paymentMisused(code, message(failure));
  }

  /** Neither a guard's refusal nor trouble with our own account says anything of the customer. */
  private boolean concernsCustomer(ErrorInfo info) {
    return !info.getDomain().equals(ErrorReason.DOMAIN)
        && !info.getMetadataOrDefault("account_id", "").equals(merchantAccountId);
  }

  private static String message(StatusRuntimeException failure) {
    return Objects.requireNonNullElse(failure.getStatus().getDescription(), "no reason given");
  }
}
