package io.github.grpconce.demo.shop;

import com.google.common.collect.Lists;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import io.github.grpconce.demo.payment.v1.Account;
import io.github.grpconce.demo.payment.v1.OpenAccountRequest;
import io.github.grpconce.demo.payment.v1.PaymentServiceGrpc;
import io.github.grpconce.demo.payment.v1.PaymentServiceGrpc.PaymentServiceFutureStub;
import io.grpc.Channel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** Where accounts are opened, before the shopping begins. */
public final class Bank {

  /** Nothing goes wrong here on purpose; if it takes longer, the store does not answer. */
  private static final Duration DEADLINE = Duration.ofSeconds(30);

  /** Each has its deadline, however many there are. */
  private static final int AT_A_TIME = 500;

  private final PaymentServiceFutureStub payments;

  /** A bank that is reached over a channel without faults. */
  public Bank(Channel paymentService) {
    payments = PaymentServiceGrpc.newFutureStub(paymentService);
  }

  /**
   * Opens an account for the merchant and for each customer.
   *
   * @throws ExecutionException if the payment service refuses or does not answer; its cause is the
   *     StatusRuntimeException
   */
  public void openAccounts(String merchant, List<Customer> customers)
      throws ExecutionException, InterruptedException {
    open(merchant, 0).get();
    for (List<Customer> some : Lists.partition(customers, AT_A_TIME)) {
      Futures.allAsList(
              some.stream().map(c -> open(c.accountId(), c.openingBalanceCents())).toList())
          .get();
    }
  }

  private ListenableFuture<Account> open(String accountId, long openingBalanceCents) {
    return payments
        .withDeadlineAfter(DEADLINE.toMillis(), TimeUnit.MILLISECONDS)
        .openAccount(
            OpenAccountRequest.newBuilder()
                .setAccountId(accountId)
                .setOpeningBalanceCents(openingBalanceCents)
                .build());
  }
}
