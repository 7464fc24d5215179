package io.github.grpconce.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.KeyValue;
import com.apple.foundationdb.MutationType;
import com.apple.foundationdb.ReadTransaction;
import com.apple.foundationdb.Transaction;
import com.apple.foundationdb.subspace.Subspace;
import com.apple.foundationdb.tuple.Tuple;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Many threads change what has an invariant. {@code -Dgrpconce.long=true} runs them for longer,
 * {@code -Dgrpconce.seed=N} with other choices.
 */
class BankWorkloadTest {
  private static final int THREADS = 8;
  private static final int ACCOUNTS = 12;
  private static final long SEED = Long.getLong("grpconce.seed", 42);
  private static final int ROUNDS = Boolean.getBoolean("grpconce.long") ? 20_000 : 150;

  private final Database db = EmbeddedDatabase.inMemory();
  private final Subspace space = new Subspace(Tuple.from("w"));

  @AfterEach
  void close() {
    db.close();
  }

  private interface Round {
    void run(SplittableRandom random, int number);
  }

  private void inManyThreads(Round round) throws InterruptedException, ExecutionException {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int t = 0; t < THREADS; t++) {
        int thread = t;
        SplittableRandom random = new SplittableRandom(SEED * THREADS + t);
        running.add(
            threads.submit(
                () -> {
                  for (int i = 0; i < ROUNDS; i++) {
                    round.run(random, thread * ROUNDS + i);
                  }
                }));
      }
      for (Future<?> one : running) {
        one.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static byte[] number(long value) {
    return ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
  }

  private static long number(byte[] value) {
    return ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }

  private long number(ReadTransaction tr, int index) {
    return number(tr.get(space.pack(index)).join());
  }

  private void fill(int count, long each) {
    db.run(
        tr -> {
          for (int i = 0; i < count; i++) {
            tr.set(space.pack(i), number(each));
          }
          return null;
        });
  }

  private long total(ReadTransaction tr) {
    return tr.getRange(space.range()).asList().join().stream()
        .map(KeyValue::getValue)
        .mapToLong(BankWorkloadTest::number)
        .sum();
  }

  @Test
  void transfers_keepTheTotalAndOverdrawNothing() throws Exception {
    fill(ACCOUNTS, 100);

    inManyThreads(
        (random, number) -> {
          int from = random.nextInt(ACCOUNTS);
          int to = (from + 1 + random.nextInt(ACCOUNTS - 1)) % ACCOUNTS;
          long amount = random.nextInt(60);
          if (number % 10 == 0) {
            assertEquals(ACCOUNTS * 100, (long) db.read(tr -> total(tr.snapshot())));
          }
          db.run(
              tr -> {
                long balance = number(tr, from);
                assertTrue(balance >= 0, "overdrawn");
                if (balance >= amount) {
                  tr.set(space.pack(from), number(balance - amount));
                  tr.set(space.pack(to), number(number(tr, to) + amount));
                }
                return null;
              });
        });

    assertEquals(ACCOUNTS * 100, (long) db.read(this::total));
  }

  @Test
  void cycle_staysOneCycleUnderSwaps() throws Exception {
    db.run(
        tr -> {
          for (int i = 0; i < ACCOUNTS; i++) {
            tr.set(space.pack(i), number((i + 1) % ACCOUNTS));
          }
          return null;
        });

    inManyThreads(
        (random, number) -> {
          int first = random.nextInt(ACCOUNTS);
          db.run(
              tr -> {
                swapBehind(tr, first);
                return null;
              });
        });

    Set<Long> seen = new HashSet<>();
    db.read(
        tr -> {
          long node = 0;
          while (seen.add(node)) {
            node = number(tr, (int) node);
          }
          return null;
        });
    assertEquals(ACCOUNTS, seen.size());
  }

  private void swapBehind(Transaction tr, int first) {
    int second = (int) number(tr, first);
    int third = (int) number(tr, second);
    int fourth = (int) number(tr, third);
    tr.set(space.pack(first), number(third));
    tr.set(space.pack(third), number(second));
    tr.set(space.pack(second), number(fourth));
  }

  @Test
  void atomicOperations_addUpToTheirLog() throws Exception {
    Subspace log = new Subspace(Tuple.from("log"));
    fill(ACCOUNTS, 0);

    inManyThreads(
        (random, number) -> {
          long operand = random.nextInt(1 << 20);
          int account = random.nextInt(ACCOUNTS);
          db.run(
              tr -> {
                tr.mutate(MutationType.ADD, space.pack(account), number(operand));
                tr.set(log.pack(number), number(operand));
                return null;
              });
        });

    long logged =
        db.read(tr -> tr.getRange(log.range()).asList().join()).stream()
            .mapToLong(row -> number(row.getValue()))
            .sum();
    assertEquals(logged, (long) db.read(this::total));
  }

  /** Each adds a row if it sees that a number of rows is below the limit: only ranges conflict. */
  @Test
  void rowsAddedUnderALimit_neverExceedIt() throws Exception {
    inManyThreads(
        (random, number) ->
            db.run(
                tr -> {
                  if (tr.getRange(space.range()).asList().join().size() < ACCOUNTS) {
                    tr.set(space.pack(100 + number), number(1));
                  }
                  return null;
                }));

    assertEquals(ACCOUNTS, (long) db.read(this::total));
  }
}
