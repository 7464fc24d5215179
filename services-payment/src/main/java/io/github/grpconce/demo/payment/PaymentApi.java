package io.github.grpconce.demo.payment;

import com.apple.foundationdb.Database;
import io.github.grpconce.demo.handler.Execution;
import io.github.grpconce.demo.handler.FieldChecks;
import io.github.grpconce.demo.handler.Page;
import io.github.grpconce.demo.handler.PageRequest;
import io.github.grpconce.demo.handler.UnaryAnswer;
import io.github.grpconce.demo.payment.v1.Account;
import io.github.grpconce.demo.payment.v1.ChargeRequest;
import io.github.grpconce.demo.payment.v1.GetAccountRequest;
import io.github.grpconce.demo.payment.v1.GetPaymentRequest;
import io.github.grpconce.demo.payment.v1.ListPaymentsRequest;
import io.github.grpconce.demo.payment.v1.ListPaymentsResponse;
import io.github.grpconce.demo.payment.v1.OpenAccountRequest;
import io.github.grpconce.demo.payment.v1.Payment;
import io.github.grpconce.demo.payment.v1.PaymentServiceGrpc.PaymentServiceImplBase;
import io.github.grpconce.demo.payment.v1.RefundRequest;
import io.grpc.stub.StreamObserver;

/**
 * The gRPC service: checks requests, and has the ledger do the rest. What changes something goes
 * through the execution; what only reads, through a snapshot of its own.
 */
final class PaymentApi extends PaymentServiceImplBase {

  private final Ledger ledger;
  private final Execution execution;
  private final Database database;

  PaymentApi(Ledger ledger, Execution execution, Database database) {
    this.ledger = ledger;
    this.execution = execution;
    this.database = database;
  }

  @Override
  public void openAccount(OpenAccountRequest request, StreamObserver<Account> observer) {
    UnaryAnswer.send(
        observer,
        () -> {
          PaymentChecks.openAccount(request);
          return execution.transact(
              transaction ->
                  ledger.open(
                      transaction, request.getAccountId(), request.getOpeningBalanceCents()));
        });
  }

  @Override
  public void charge(ChargeRequest request, StreamObserver<Payment> observer) {
    UnaryAnswer.send(
        observer,
        () -> {
          PaymentChecks.charge(request);
          return execution.transact(transaction -> ledger.charge(transaction, request));
        });
  }

  @Override
  public void refund(RefundRequest request, StreamObserver<Payment> observer) {
    UnaryAnswer.send(
        observer,
        () -> {
          PaymentChecks.paymentId(request.getPaymentId());
          return execution.transact(
              transaction -> ledger.refund(transaction, request.getPaymentId()));
        });
  }

  @Override
  public void getPayment(GetPaymentRequest request, StreamObserver<Payment> observer) {
    UnaryAnswer.send(
        observer,
        () -> {
          PaymentChecks.paymentId(request.getPaymentId());
          return database.read(
              transaction -> ledger.payment(transaction.snapshot(), request.getPaymentId()));
        });
  }

  @Override
  public void getAccount(GetAccountRequest request, StreamObserver<Account> observer) {
    UnaryAnswer.send(
        observer,
        () -> {
          PaymentChecks.accountId(request.getAccountId());
          return database.read(
              transaction -> ledger.account(transaction.snapshot(), request.getAccountId()));
        });
  }

  @Override
  public void listPayments(
      ListPaymentsRequest request, StreamObserver<ListPaymentsResponse> observer) {
    UnaryAnswer.send(
        observer,
        () -> {
          FieldChecks checks = new FieldChecks();
          PageRequest page = PageRequest.of(request.getPageSize(), request.getPageToken(), checks);
          PaymentChecks.reference(checks, request.getReference());
          checks.done();
          return response(list(page, request.getReference()));
        });
  }

  private Page<Payment> list(PageRequest page, String reference) {
    return database.read(
        transaction ->
            reference.isEmpty()
                ? ledger.payments(transaction.snapshot(), page)
                : ledger.payments(transaction.snapshot(), page, reference));
  }

  private static ListPaymentsResponse response(Page<Payment> page) {
    return ListPaymentsResponse.newBuilder()
        .addAllPayments(page.rows())
        .setNextPageToken(page.nextToken())
        .build();
  }
}
