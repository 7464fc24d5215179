package io.github.grpconce.embedded.workload;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.KeyValue;
import com.apple.foundationdb.ReadTransaction;
import com.apple.foundationdb.Transaction;
import com.apple.foundationdb.subspace.Subspace;
import com.apple.foundationdb.tuple.Tuple;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.LongStream;

/**
 * Transfers between accounts, each with a receipt, which is looked for first in case that an
 * earlier attempt was committed after all. No money is made or lost, no account is overdrawn, every
 * balance is what its receipts say, and every transfer that was acknowledged has its receipt.
 */
final class Bank implements Workload {
  static final int CLUSTER_VERSION_CHANGED = 1039;

  private static final int ACCOUNTS = 8;
  private static final long FIRST_BALANCE = 100;
  private static final int MOST_AMOUNT = 30;
  private static final int ONE_LOOK_IN_STEPS = 200;

  private final Subspace accounts = new Subspace(Tuple.from("accounts"));
  private final Subspace receipts = new Subspace(Tuple.from("receipts"));
  private final Set<Long> acknowledged = ConcurrentHashMap.newKeySet();

  private record Transfer(long id, int from, int to, long amount) {
    Tuple receipt() {
      return Tuple.from(from, to, amount);
    }
  }

  @Override
  public void prepare(Database database) {
    database.run(
        tr -> {
          for (int i = 0; i < ACCOUNTS; i++) {
            tr.set(accounts.pack(i), Numbers.bytes(FIRST_BALANCE));
          }
          return null;
        });
  }

  @Override
  public void step(Actor actor) {
    if (actor.any(ONE_LOOK_IN_STEPS) == 0) {
      check(actor.database());
      return;
    }
    int from = actor.any(ACCOUNTS);
    int to = (from + 1 + actor.any(ACCOUNTS - 1)) % ACCOUNTS;
    long amount = 1L + actor.any(MOST_AMOUNT);
    Transfer transfer = new Transfer(actor.random().nextLong(), from, to, amount);
    if (isMade(transfer, actor)) {
      acknowledged.add(transfer.id());
    }
  }

  /** After an error that FoundationDB itself doesn't retry, asks again what became of it. */
  private boolean isMade(Transfer transfer, Actor actor) {
    while (true) {
      try {
        return actor.database().run(tr -> isMade(tr, transfer, actor));
      } catch (CompletionException failure) {
        if (Actor.codeOf(failure) != CLUSTER_VERSION_CHANGED) {
          throw failure;
        }
      }
    }
  }

  /** Makes a transfer if it is not made yet; false if there is not enough money for it. */
  private boolean isMade(Transaction tr, Transfer transfer, Actor actor) {
    byte[] receipt = receipts.pack(transfer.id());
    if (tr.get(receipt).join() != null) {
      return true;
    }
    byte[] from = accounts.pack(transfer.from());
    byte[] to = accounts.pack(transfer.to());
    long left = Numbers.get(tr, from) - transfer.amount();
    actor.pause();
    if (left < 0) {
      return false;
    }
    tr.set(from, Numbers.bytes(left));
    tr.set(to, Numbers.bytes(Numbers.get(tr, to) + transfer.amount()));
    tr.set(receipt, transfer.receipt().pack());
    return true;
  }

  @Override
  public void check(Database database) {
    // What is acknowledged while we look need not be there.
    Set<Long> before = Set.copyOf(acknowledged);
    database.read(
        tr -> {
          check(tr, before);
          return null;
        });
  }

  private void check(ReadTransaction tr, Set<Long> transfers) {
    Set<Long> missing = new HashSet<>(transfers);
    long[] expected = LongStream.generate(() -> FIRST_BALANCE).limit(ACCOUNTS).toArray();
    for (KeyValue row : tr.getRange(receipts.range()).asList().join()) {
      missing.remove(receipts.unpack(row.getKey()).getLong(0));
      Tuple receipt = Tuple.fromBytes(row.getValue());
      expected[(int) receipt.getLong(0)] -= receipt.getLong(2);
      expected[(int) receipt.getLong(1)] += receipt.getLong(2);
    }
    if (!missing.isEmpty()) {
      throw new AssertionError("acknowledged, and gone: " + missing);
    }
    for (int i = 0; i < ACCOUNTS; i++) {
      long balance = Numbers.get(tr, accounts.pack(i));
      if (balance != expected[i] || balance < 0) {
        throw new AssertionError(
            "account " + i + " has " + balance + ", and by its receipts " + expected[i]);
      }
    }
  }
}
