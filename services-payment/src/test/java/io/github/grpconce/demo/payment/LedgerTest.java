package io.github.grpconce.demo.payment;

import static io.github.grpconce.demo.payment.PaymentFixture.charge;
import static io.github.grpconce.demo.payment.PaymentFixture.refusalOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.FDBException;
import com.apple.foundationdb.Transaction;
import io.github.grpconce.demo.handler.LittleEndianLong;
import io.github.grpconce.demo.payment.v1.Account;
import io.github.grpconce.demo.payment.v1.Payment;
import io.github.grpconce.demo.runtime.ServiceSpace;
import io.github.grpconce.embedded.EmbeddedDatabase;
import io.github.grpconce.teststore.StoreTest;
import io.github.grpconce.teststore.TestStore;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which payments get in each other's way, and where an account's room ends. */
@StoreTest
class LedgerTest {

  private static final int NOT_COMMITTED = 1020;

  private final ServiceSpace space = ServiceSpace.named("ledger");
  private final LedgerKeys keys = new LedgerKeys(space.data());
  private final Ledger ledger =
      new Ledger(keys, InstantSource.system(), () -> UUID.randomUUID().toString());
  private Database database;

  @BeforeEach
  void open() {
    database = TestStore.open(EmbeddedDatabase::inMemory);
    for (String account : new String[] {"a", "b", "shop"}) {
      run(transaction -> ledger.open(transaction, account, 100));
    }
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void chargesOfTwoCustomersForOneMerchant_dontConflict() {
    meanwhile(
        transaction -> ledger.charge(transaction, charge("a", "shop", 10)),
        () -> run(transaction -> ledger.charge(transaction, charge("b", "shop", 20))));

    assertEquals(130, balance("shop"));
  }

  @Test
  void chargesOfOneCustomer_conflict() {
    CompletionException failure =
        assertThrows(
            CompletionException.class,
            () ->
                meanwhile(
                    transaction -> ledger.charge(transaction, charge("a", "b", 60)),
                    () -> run(tr -> ledger.charge(tr, charge("a", "shop", 60)))));

    assertEquals(NOT_COMMITTED, ((FDBException) failure.getCause()).getCode());
    assertEquals(40, balance("a"));
  }

  @Test
  void creditOfACustomerWhoIsCharged_doesNotConflict() {
    meanwhile(
        transaction -> ledger.charge(transaction, charge("a", "shop", 100)),
        () -> run(transaction -> ledger.charge(transaction, charge("b", "a", 30))));

    assertEquals(30, balance("a"));
  }

  @Test
  void refundOfAMerchantWhoIsCredited_doesNotConflict() {
    Payment charge = run(transaction -> ledger.charge(transaction, charge("a", "shop", 50)));

    meanwhile(
        transaction -> ledger.refund(transaction, charge.getPaymentId()),
        () -> run(transaction -> ledger.charge(transaction, charge("b", "shop", 1))));

    assertEquals(101, balance("shop"));
  }

  @Test
  void refundsOfOneCharge_conflict() {
    Payment charge = run(transaction -> ledger.charge(transaction, charge("a", "shop", 50)));

    assertThrows(
        CompletionException.class,
        () ->
            meanwhile(
                transaction -> ledger.refund(transaction, charge.getPaymentId()),
                () -> run(transaction -> ledger.refund(transaction, charge.getPaymentId()))));

    assertEquals(100, balance("a"));
  }

  @Test
  void openingsOfOneAccount_conflict() {
    assertThrows(
        CompletionException.class,
        () ->
            meanwhile(
                transaction -> ledger.open(transaction, "new", 1),
                () -> run(transaction -> ledger.open(transaction, "new", 2))));

    assertEquals(2, balance("new"));
  }

  @Test
  void openingsOfTwoAccounts_dontConflict() {
    meanwhile(
        transaction -> ledger.open(transaction, "new", 1),
        () -> run(transaction -> ledger.open(transaction, "newer", 2)));

    assertEquals(-303, balance(Balances.BANK));
  }

  @Test
  void creditBeyondWhatAnAccountHolds_isRefused() {
    setBalance("shop", Balances.MAX_BALANCE_CENTS - 9);

    run(transaction -> ledger.charge(transaction, charge("a", "shop", 9)));

    assertEquals(
        "FAILED_PRECONDITION BALANCE_LIMIT",
        refusalOf(
            () -> refused(transaction -> ledger.charge(transaction, charge("a", "shop", 1)))));
  }

  @Test
  void openingBeyondWhatTheBankOwes_isRefused() {
    setBalance(Balances.BANK, 9 - Balances.MAX_BALANCE_CENTS);

    run(transaction -> ledger.open(transaction, "new", 9));

    assertEquals(
        "FAILED_PRECONDITION BALANCE_LIMIT",
        refusalOf(() -> refused(transaction -> ledger.open(transaction, "newer", 1))));
  }

  /** Does the work in a transaction, and something else between its reads and its commit. */
  private void meanwhile(Consumer<Transaction> work, Runnable other) {
    try (Transaction transaction = database.createTransaction()) {
      work.accept(transaction);
      other.run();
      transaction.commit().join();
    }
  }

  private <T> T run(Function<Transaction, T> work) {
    return database.run(work);
  }

  private void refused(Function<Transaction, ?> work) throws Throwable {
    try {
      run(work);
    } catch (CompletionException e) {
      throw e.getCause();
    }
  }

  private void setBalance(String accountId, long cents) {
    database.run(
        transaction -> {
          transaction.set(keys.balance(accountId), LittleEndianLong.bytes(cents));
          return null;
        });
  }

  private long balance(String accountId) {
    Account account = database.read(transaction -> ledger.account(transaction, accountId));
    return account.getBalanceCents();
  }
}
