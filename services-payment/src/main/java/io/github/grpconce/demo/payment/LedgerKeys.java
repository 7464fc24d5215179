package io.github.grpconce.demo.payment;

import com.apple.foundationdb.subspace.Subspace;
import com.apple.foundationdb.tuple.Tuple;

/**
 * Where the ledger keeps what.
 *
 * <table>
 *   <caption>Below the service's data subspace</caption>
 *   <tr><th>key</th><th>value</th></tr>
 *   <tr><td>{@code "balance", account ID}</td><td>cents, 8 bytes, little endian</td></tr>
 *   <tr><td>{@code "debits", account ID}</td><td>never written: two debits of one account
 *       conflict on it</td></tr>
 *   <tr><td>{@code "payment", payment ID}</td><td>{@code demo.payment.v1.Payment}</td></tr>
 *   <tr><td>{@code "reference", reference, payment ID}</td><td>empty: an index</td></tr>
 * </table>
 *
 * @param data the service's data subspace
 */
record LedgerKeys(Subspace data) {

  Subspace balances() {
    return data.get("balance");
  }

  byte[] balance(String accountId) {
    return balances().pack(Tuple.from(accountId));
  }

  byte[] debits(String accountId) {
    return data.pack(Tuple.from("debits", accountId));
  }

  Subspace payments() {
    return data.get("payment");
  }

  byte[] payment(String paymentId) {
    return payments().pack(Tuple.from(paymentId));
  }

  Subspace references(String reference) {
    return data.subspace(Tuple.from("reference", reference));
  }

  byte[] reference(String reference, String paymentId) {
    return references(reference).pack(Tuple.from(paymentId));
  }
}
