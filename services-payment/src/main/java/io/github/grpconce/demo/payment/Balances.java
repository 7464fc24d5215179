package io.github.grpconce.demo.payment;

import com.apple.foundationdb.KeyValue;
import com.apple.foundationdb.MutationType;
import com.apple.foundationdb.ReadTransaction;
import com.apple.foundationdb.Transaction;
import io.github.grpconce.demo.handler.LittleEndianLong;
import io.github.grpconce.demo.payment.v1.Account;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What the accounts hold.
 *
 * <p>Made for a merchant whose account many charges credit at once: a credit is an atomic addition
 * that conflicts with nothing. A debit has to be sure of the balance, but not of its exact value:
 * credits that land meanwhile only add to it. So it reads the balance in a snapshot, and conflicts
 * with other debits of the same account alone, through a key that stands for them.
 *
 * <p>Thread-safe; the transactions are the caller's. Reads block.
 */
final class Balances {

  /** The bank's own account, out of which openings are paid. It is always there. */
  static final String BANK = "bank";

  /** The most that one payment moves: a billion, in cents. */
  static final long MAX_AMOUNT_CENTS = 100_000_000_000L;

  /**
   * The most that an account holds, and that the bank owes. It is checked against a snapshot, so
   * concurrent credits can pass it; ten million of the largest ones can't make it overflow, which
   * is more than FoundationDB commits to one key while a transaction lasts.
   */
  static final long MAX_BALANCE_CENTS = 8_000_000_000_000_000_000L;

  private final LedgerKeys keys;

  Balances(LedgerKeys keys) {
    this.keys = keys;
  }

  /** Creates an empty account. */
  void open(Transaction transaction, String accountId) {
    byte[] key = keys.balance(accountId);
    if (accountId.equals(BANK) || transaction.get(key).join() != null) {
      throw PaymentRefusals.accountExists(accountId);
    }
    transaction.set(key, LittleEndianLong.bytes(0));
  }

  /** Returns an account as it is now. */
  Account account(ReadTransaction transaction, String accountId) {
    return Account.newBuilder()
        .setAccountId(accountId)
        .setBalanceCents(
            cents(accountId, transaction.snapshot().get(keys.balance(accountId)).join()))
        .build();
  }

  /** Returns the account that a row of {@link LedgerKeys#balances()} describes. */
  Account account(KeyValue row) {
    String accountId = keys.balances().unpack(row.getKey()).getString(0);
    return Account.newBuilder()
        .setAccountId(accountId)
        .setBalanceCents(cents(accountId, row.getValue()))
        .build();
  }

  /**
   * Moves money from one account to another.
   *
   * @param amountCents 1 to {@link #MAX_AMOUNT_CENTS}
   */
  void move(Transaction transaction, String from, String to, long amountCents) {
    CompletableFuture<byte[]> source = transaction.snapshot().get(keys.balance(from));
    CompletableFuture<byte[]> target = transaction.snapshot().get(keys.balance(to));
    long sourceCents = cents(from, source.join());
    long targetCents = cents(to, target.join());
    requireFunds(from, sourceCents, amountCents);
    if (targetCents > MAX_BALANCE_CENTS - amountCents) {
      throw PaymentRefusals.balanceLimit(to);
    }
    if (!from.equals(BANK)) {
      excludeOtherDebits(transaction, from);
    }
    transaction.mutate(MutationType.ADD, keys.balance(from), LittleEndianLong.bytes(-amountCents));
    transaction.mutate(MutationType.ADD, keys.balance(to), LittleEndianLong.bytes(amountCents));
  }

  private static void requireFunds(String accountId, long balanceCents, long amountCents) {
    if (accountId.equals(BANK)) {
      if (balanceCents < amountCents - MAX_BALANCE_CENTS) {
        throw PaymentRefusals.balanceLimit(accountId);
      }
    } else if (balanceCents < amountCents) {
      throw PaymentRefusals.insufficientFunds(accountId);
    }
  }

  private void excludeOtherDebits(Transaction transaction, String accountId) {
    byte[] key = keys.debits(accountId);
    transaction.addReadConflictKey(key);
    transaction.addWriteConflictKey(key);
  }

  private static long cents(String accountId, byte @Nullable [] stored) {
    if (stored != null) {
      return LittleEndianLong.value(stored);
    }
    if (accountId.equals(BANK)) {
      return 0;
    }
    throw PaymentRefusals.accountNotFound(accountId);
  }
}
