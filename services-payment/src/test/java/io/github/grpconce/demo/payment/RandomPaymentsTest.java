package io.github.grpconce.demo.payment;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.Transaction;
import io.github.grpconce.demo.payment.v1.Account;
import io.github.grpconce.demo.payment.v1.Payment;
import io.github.grpconce.demo.runtime.ServiceSpace;
import io.github.grpconce.embedded.EmbeddedDatabase;
import io.github.grpconce.teststore.StoreTest;
import io.github.grpconce.teststore.TestStore;
import io.grpc.Status;
import io.grpc.Status.Code;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Random payments against a model of the ledger. Run it again with {@code -Dseed=N}. */
@StoreTest
class RandomPaymentsTest {

  private static final int STEPS = 2_000;
  private static final int ACCOUNTS = 6;
  private static final int MAX_CHARGE_CENTS = 100;

  private final long seed = Long.getLong("seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final ServiceSpace space = ServiceSpace.named("random");
  private final Ledger ledger =
      new Ledger(
          new LedgerKeys(space.data()),
          InstantSource.system(),
          () -> new UUID(random.nextLong(), random.nextLong()).toString());
  private final LedgerModel model = new LedgerModel();
  private final List<Payment> charges = new ArrayList<>();
  private final Set<Code> seen = EnumSet.noneOf(Code.class);
  private final Database database = TestStore.open(EmbeddedDatabase::inMemory);

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void books_areWhatTheModelSays() {
    System.out.println("RandomPaymentsTest: -Dseed=" + seed);
    for (int i = 0; i < STEPS; i++) {
      step();
    }

    Books books = Books.read(database, space);
    assertEquals(
        model.balances(),
        books.accounts().stream()
            .collect(Collectors.toMap(Account::getAccountId, Account::getBalanceCents)));
    assertEquals(0, books.sumOfBalancesCents());
    assertEquals(0, books.unexplainedCents());
    // Else the seed has tested little.
    assertEquals(
        EnumSet.of(Code.OK, Code.NOT_FOUND, Code.ALREADY_EXISTS, Code.FAILED_PRECONDITION), seen);
  }

  private void step() {
    String account = account();
    int cents = 1 + random.nextInt(MAX_CHARGE_CENTS);
    switch (random.nextInt(8)) {
      case 0 ->
          expect(
              model.open(account, cents), transaction -> ledger.open(transaction, account, cents));
      case 1, 2 -> refund();
      default -> charge(account, cents);
    }
  }

  private void charge(String from, int cents) {
    String to = account();
    if (from.equals(to)) {
      return; // The service refuses such a request before the ledger sees it.
    }
    expect(
        model.charge(from, to, cents),
        transaction -> {
          Payment charge = ledger.charge(transaction, PaymentFixture.charge(from, to, cents));
          charges.add(charge);
          return charge;
        });
  }

  private void refund() {
    if (!charges.isEmpty()) {
      Payment charge = charges.get(random.nextInt(charges.size()));
      expect(
          model.refund(charge), transaction -> ledger.refund(transaction, charge.getPaymentId()));
    }
  }

  private void expect(Code expected, Function<Transaction, ?> work) {
    seen.add(expected);
    assertEquals(expected, outcome(work), () -> "-Dseed=" + seed);
  }

  private Code outcome(Function<Transaction, ?> work) {
    try {
      database.run(work::apply);
      return Code.OK;
    } catch (CompletionException e) {
      return Status.fromThrowable(e).getCode();
    }
  }

  private String account() {
    return "account-" + random.nextInt(ACCOUNTS);
  }
}
