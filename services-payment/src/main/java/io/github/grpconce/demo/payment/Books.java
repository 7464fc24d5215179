package io.github.grpconce.demo.payment;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.ReadTransaction;
import io.github.grpconce.demo.payment.v1.Account;
import io.github.grpconce.demo.payment.v1.Payment;
import io.github.grpconce.demo.runtime.ServiceSpace;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Everything that the payment service has in its store, as of one moment: for whoever wants to
 * check that no money came or went.
 *
 * @param accounts all accounts, the bank's among them once it has paid an opening, by ID
 * @param payments all payments, by ID
 */
public record Books(List<Account> accounts, List<Payment> payments) {

  /** Takes copies. */
  public Books {
    accounts = List.copyOf(accounts);
    payments = List.copyOf(payments);
  }

  /**
   * Reads the books out of a store. Blocks.
   *
   * @param database may have a running service on it; must be read within FoundationDB's five
   *     seconds, which is enough for some hundred thousand payments
   * @param space the payment service's
   */
  public static Books read(Database database, ServiceSpace space) {
    LedgerKeys keys = new LedgerKeys(space.data());
    return database.read(transaction -> read(transaction.snapshot(), keys));
  }

  /** Returns the sum of all balances in cents: 0, or money came or went. */
  public long sumOfBalancesCents() {
    return accounts.stream().mapToLong(Account::getBalanceCents).reduce(0, Math::addExact);
  }

  /**
   * Returns by how many cents the accounts differ from what their payments make them; each account
   * counts with its absolute difference. 0, or a payment took effect in part.
   */
  public long unexplainedCents() {
    Map<String, Long> unexplained =
        accounts.stream()
            .collect(
                Collectors.toMap(
                    Account::getAccountId, Account::getBalanceCents, Math::addExact, HashMap::new));
    for (Payment payment : payments) {
      unexplained.merge(payment.getFromAccountId(), payment.getAmountCents(), Math::addExact);
      unexplained.merge(payment.getToAccountId(), -payment.getAmountCents(), Math::addExact);
    }
    return unexplained.values().stream().mapToLong(Math::absExact).reduce(0, Math::addExact);
  }

  private static Books read(ReadTransaction transaction, LedgerKeys keys) {
    Balances balances = new Balances(keys);
    return new Books(
        transaction.getRange(keys.balances().range()).asList().join().stream()
            .map(balances::account)
            .toList(),
        transaction.getRange(keys.payments().range()).asList().join().stream()
            .map(row -> Ledger.parse(row.getValue()))
            .toList());
  }
}
