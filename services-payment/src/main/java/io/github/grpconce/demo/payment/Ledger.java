package io.github.grpconce.demo.payment;

import com.apple.foundationdb.ReadTransaction;
import com.apple.foundationdb.Transaction;
import com.apple.foundationdb.subspace.Subspace;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import io.github.grpconce.demo.handler.Page;
import io.github.grpconce.demo.handler.PageRequest;
import io.github.grpconce.demo.payment.v1.Account;
import io.github.grpconce.demo.payment.v1.ChargeRequest;
import io.github.grpconce.demo.payment.v1.Payment;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Double entry: money never comes or goes, it moves. The balances of all accounts add up to zero,
 * and each is what its payments make it.
 *
 * <p>Every method works within the caller's transaction and blocks on its reads. Requests are taken
 * to be well-formed. Thread-safe.
 */
final class Ledger {

  private static final byte[] NO_VALUE = {};

  private final LedgerKeys keys;
  private final Balances balances;
  private final InstantSource clock;
  private final Supplier<String> paymentIds;

  Ledger(LedgerKeys keys, InstantSource clock, Supplier<String> paymentIds) {
    this.keys = keys;
    this.balances = new Balances(keys);
    this.clock = clock;
    this.paymentIds = paymentIds;
  }

  Account open(Transaction transaction, String accountId, long openingBalanceCents) {
    balances.open(transaction, accountId);
    if (openingBalanceCents > 0) {
      pay(
          transaction,
          Payment.newBuilder()
              .setKind(Payment.Kind.OPENING)
              .setFromAccountId(Balances.BANK)
              .setToAccountId(accountId)
              .setAmountCents(openingBalanceCents));
    }
    return Account.newBuilder()
        .setAccountId(accountId)
        .setBalanceCents(openingBalanceCents)
        .build();
  }

  Payment charge(Transaction transaction, ChargeRequest request) {
    return pay(
        transaction,
        Payment.newBuilder()
            .setKind(Payment.Kind.CHARGE)
            .setFromAccountId(request.getCustomerAccountId())
            .setToAccountId(request.getMerchantAccountId())
            .setAmountCents(request.getAmountCents())
            .setReference(request.getReference()));
  }

  Payment refund(Transaction transaction, String paymentId) {
    Payment charge = payment(transaction, paymentId);
    if (charge.getKind() != Payment.Kind.CHARGE) {
      throw PaymentRefusals.notACharge(paymentId);
    }
    if (!charge.getCounterpartId().isEmpty()) {
      throw PaymentRefusals.alreadyRefunded(paymentId, charge.getCounterpartId());
    }
    Payment refund =
        pay(
            transaction,
            Payment.newBuilder()
                .setKind(Payment.Kind.REFUND)
                .setFromAccountId(charge.getToAccountId())
                .setToAccountId(charge.getFromAccountId())
                .setAmountCents(charge.getAmountCents())
                .setReference(charge.getReference())
                .setCounterpartId(paymentId));
    store(transaction, charge.toBuilder().setCounterpartId(refund.getPaymentId()).build());
    return refund;
  }

  Account account(ReadTransaction transaction, String accountId) {
    return balances.account(transaction, accountId);
  }

  Payment payment(ReadTransaction transaction, String paymentId) {
    byte[] stored = transaction.get(keys.payment(paymentId)).join();
    if (stored == null) {
      throw PaymentRefusals.paymentNotFound(paymentId);
    }
    return parse(stored);
  }

  Page<Payment> payments(ReadTransaction transaction, PageRequest page) {
    return page.read(transaction, keys.payments(), row -> parse(row.getValue()));
  }

  /** Lists the payments with one reference. */
  Page<Payment> payments(ReadTransaction transaction, PageRequest page, String reference) {
    Subspace index = keys.references(reference);
    Page<CompletableFuture<byte[]>> found =
        page.read(
            transaction,
            index,
            row -> transaction.get(keys.payment(index.unpack(row.getKey()).getString(0))));
    List<Payment> payments = found.rows().stream().map(row -> parse(row.join())).toList();
    return new Page<>(payments, found.nextToken());
  }

  private Payment pay(Transaction transaction, Payment.Builder draft) {
    Instant now = clock.instant();
    Payment payment =
        draft
            .setPaymentId(paymentIds.get())
            .setCreateTime(
                Timestamp.newBuilder().setSeconds(now.getEpochSecond()).setNanos(now.getNano()))
            .build();
    balances.move(
        transaction,
        payment.getFromAccountId(),
        payment.getToAccountId(),
        payment.getAmountCents());
    store(transaction, payment);
    if (!payment.getReference().isEmpty()) {
      transaction.set(keys.reference(payment.getReference(), payment.getPaymentId()), NO_VALUE);
    }
    return payment;
  }

  private void store(Transaction transaction, Payment payment) {
    transaction.set(keys.payment(payment.getPaymentId()), payment.toByteArray());
  }

  static Payment parse(byte[] stored) {
    try {
      return Payment.parseFrom(stored);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a stored payment can't be read", e);
    }
  }
}
