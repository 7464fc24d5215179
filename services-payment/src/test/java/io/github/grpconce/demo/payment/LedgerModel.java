package io.github.grpconce.demo.payment;

import io.github.grpconce.demo.payment.v1.Payment;
import io.grpc.Status.Code;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The ledger in its simplest form: a map of balances. Each method says how a call must end. */
final class LedgerModel {

  private final Map<String, Long> balances = new TreeMap<>(Map.of(Balances.BANK, 0L));
  private final Set<String> refunded = new HashSet<>();

  Code open(String accountId, long cents) {
    if (balances.containsKey(accountId)) {
      return Code.ALREADY_EXISTS;
    }
    balances.put(accountId, 0L);
    move(Balances.BANK, accountId, cents);
    return Code.OK;
  }

  Code charge(String from, String to, long cents) {
    if (!balances.containsKey(from) || !balances.containsKey(to)) {
      return Code.NOT_FOUND;
    }
    if (balances.get(from) < cents) {
      return Code.FAILED_PRECONDITION;
    }
    move(from, to, cents);
    return Code.OK;
  }

  Code refund(Payment charge) {
    if (refunded.contains(charge.getPaymentId())
        || balances.get(charge.getToAccountId()) < charge.getAmountCents()) {
      return Code.FAILED_PRECONDITION;
    }
    refunded.add(charge.getPaymentId());
    move(charge.getToAccountId(), charge.getFromAccountId(), charge.getAmountCents());
    return Code.OK;
  }

  Map<String, Long> balances() {
    return balances;
  }

  private void move(String from, String to, long cents) {
    balances.merge(from, -cents, Long::sum);
    balances.merge(to, cents, Long::sum);
  }
}
