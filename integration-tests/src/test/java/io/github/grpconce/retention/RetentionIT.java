package io.github.grpconce.retention;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.apple.foundationdb.Database;
import io.github.grpconce.ErrorReason;
import io.github.grpconce.RequestId;
import io.github.grpconce.demo.payment.v1.PaymentServiceGrpc;
import io.github.grpconce.embedded.EmbeddedDatabase;
import io.github.grpconce.operator.RecordInspector;
import io.github.grpconce.operator.RetentionSweeper;
import io.github.grpconce.operator.Swept;
import io.github.grpconce.retention.TallyServer.Effects;
import io.github.grpconce.teststore.StoreTest;
import io.github.grpconce.teststore.TestStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Many old records are swept while new calls run, and old ones come back. On a cluster: the
 * embedded engine's retention has tests of its own. {@code -Dgrpconce.long=true} sweeps a million
 * records.
 */
@StoreTest
@Timeout(value = 1, unit = TimeUnit.HOURS)
final class RetentionIT {

  private static final int OLD_CALLS = Boolean.getBoolean("grpconce.long") ? 1_000_000 : 4_000;

  private static final Duration RETENTION = Duration.ofHours(24);

  /** So old are the old calls at least; the last of them is so much older. */
  private static final Duration AGE = RETENTION.plusHours(1);

  private static final Duration SPREAD = Duration.ofHours(20);

  /** Calls under way at a time, while the old ones are made. */
  private static final int AT_A_TIME = 256;

  private static final int CALLERS = 12;

  /** How many of the old calls are looked at one by one in the end. */
  private static final int SAMPLE = 2_000;

  private final Instant start = Instant.now();
  private final Database database = TestStore.open(EmbeddedDatabase::inMemory);
  private final ConflictCount conflicts = new ConflictCount();
  private final ExecutorService callers = Executors.newFixedThreadPool(2 * CALLERS);
  private final AtomicBoolean done = new AtomicBoolean();
  private final AtomicLong fresh = new AtomicLong();
  private final AtomicLong replayed = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();

  @BeforeAll
  static void needsACluster() {
    if (TestStore.clusterFile().isEmpty()) {
      String reason = "no retention on a cluster: -Dgrpconce.cluster-file names none";
      System.out.println(reason);
      assumeTrue(false, reason);
    }
  }

  @AfterEach
  void close() {
    callers.shutdownNow();
    database.close();
  }

  @Test
  void sweepWhileCallsRun_conflictsWithNone_andLateArrivalsAreRefused() throws Exception {
    try (TallyServer server = new TallyServer(conflicts.in(database));
        RetentionSweeper sweeper =
            RetentionSweeper.newBuilder(database, TallyServer.records())
                .retention(RETENTION)
                .build()) {
      makeOldCalls(server);
      assertEquals(new Effects(OLD_CALLS, 0), server.effects());
      long before = conflicts.value();

      List<Future<?>> running = startCallers(server);
      Swept swept = sweeper.sweepOnce().get();
      done.set(true);
      for (Future<?> caller : running) {
        caller.get();
      }

      System.out.printf(
          "%d records swept in %d ranges, while %d calls were new, %d replayed and %d refused%n",
          OLD_CALLS, swept.rangesCleared(), fresh.get(), replayed.get(), refused.get());
      assertEquals(0, conflicts.value() - before, "conflicts of calls with the sweep");
      assertTrue(fresh.get() > 0, "no call was made meanwhile");
      assertTrue(replayed.get() > 0, "no old call came back before it was forgotten");
      assertOldCallsAreForgotten(server);
      assertEquals(new Effects(OLD_CALLS + fresh.get(), 0), server.effects());
    }
  }

  private RequestId old(long number) {
    Instant time = start.minus(AGE).minus(SPREAD.dividedBy(OLD_CALLS).multipliedBy(number));
    return RequestId.random(() -> time, () -> new UUID(number, number));
  }

  private void makeOldCalls(TallyServer server) throws InterruptedException {
    Semaphore free = new Semaphore(AT_A_TIME);
    AtomicLong failed = new AtomicLong();
    for (int i = 0; i < OLD_CALLS; i++) {
      free.acquire();
      var unused =
          server
              .call(old(i))
              .whenComplete(
                  (payment, failure) -> {
                    if (failure != null) {
                      failed.incrementAndGet();
                    }
                    free.release();
                  });
    }
    free.acquire(AT_A_TIME);
    assertEquals(0, failed.get());
  }

  private List<Future<?>> startCallers(TallyServer server) {
    SplittableRandom seeds = new SplittableRandom(start.toEpochMilli());
    List<Future<?>> running = new ArrayList<>();
    for (int i = 0; i < CALLERS; i++) {
      running.add(callers.submit(() -> callAnew(server)));
      SplittableRandom random = seeds.split();
      running.add(callers.submit(() -> comeBack(server, random)));
    }
    return running;
  }

  private void callAnew(TallyServer server) {
    while (!done.get()) {
      server.call(RequestId.random()).join();
      fresh.incrementAndGet();
    }
  }

  private void comeBack(TallyServer server, SplittableRandom random) {
    while (!done.get()) {
      if (isReplayed(server.call(old(random.nextInt(OLD_CALLS))))) {
        replayed.incrementAndGet();
      } else {
        refused.incrementAndGet();
      }
    }
  }

  /** Else it was refused because it is too old; anything else is wrong. */
  private static boolean isReplayed(CompletableFuture<?> answer) {
    Throwable failure = answer.handle((payment, error) -> error).join();
    if (failure == null) {
      return true;
    }
    if (!ErrorReason.of(failure).equals(Optional.of(ErrorReason.REQUEST_ID_EXPIRED))) {
      fail(failure);
    }
    return false;
  }

  private void assertOldCallsAreForgotten(TallyServer server) {
    String charge = PaymentServiceGrpc.getChargeMethod().getFullMethodName();
    RecordInspector records = RecordInspector.of(database, TallyServer.records());
    for (int i = 0; i < OLD_CALLS; i += Math.max(1, OLD_CALLS / SAMPLE)) {
      RequestId requestId = old(i);
      assertEquals(Optional.empty(), records.find("", charge, requestId).join());
      assertTrue(!isReplayed(server.call(requestId)), requestId::toString);
    }
  }
}
