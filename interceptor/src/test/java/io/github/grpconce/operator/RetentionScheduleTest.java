package io.github.grpconce.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.apple.foundationdb.FDBException;
import io.github.grpconce.LogCapture;
import io.github.grpconce.embedded.TimelineScheduler;
import io.github.grpconce.internal.record.DatabaseView;
import io.github.grpconce.internal.record.RecordStore;
import io.github.grpconce.internal.store.StoreError;
import io.github.grpconce.teststore.OnEngineOnly;
import io.github.grpconce.teststore.StoreTest;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** When a sweeper works, when it rests, and what it says about itself. */
@StoreTest
class RetentionScheduleTest {

  private static final int CONFLICT = 1020;
  private static final int IO_ERROR = 1510;

  private static final Duration RETENTION = Duration.ofHours(1);
  private static final Duration PAUSE = Duration.ofMinutes(10);

  private final RecordStore store = new RecordStore();
  private final Trouble trouble = new Trouble();

  @AutoClose
  private final RetentionSweeper sweeper =
      store.sweeper(DatabaseView.of(store.database, trouble), RETENTION).pause(PAUSE).build();

  /** A store on which nothing can be committed while there is an error. */
  private final class Trouble implements DatabaseView.Observer {

    private int error;
    private int commits;
    private final List<Duration> rounds = new ArrayList<>();

    @Override
    public Object around(DatabaseView.Operation operation) {
      if (!operation.name().equals("commit")) {
        return operation.proceed();
      }
      commits++;
      if (error == 0) {
        return operation.proceed();
      }
      rounds.add(Duration.ofNanos(store.time.nanoTime()));
      return operation.proceedAfter(
          CompletableFuture.failedFuture(new FDBException("trouble", error)));
    }
  }

  @Test
  void startedSweeper_sweepsAtOnceAndThenAfterEachPause() {
    sweeper.start();
    store.time.advance(Duration.ofMinutes(1));
    assertEquals(1, sweeper.metrics().rounds());

    store.time.advance(PAUSE.multipliedBy(20));
    long rounds = sweeper.metrics().rounds();
    assertTrue(rounds >= 16 && rounds <= 27, () -> rounds + " rounds");
  }

  /** A round that waited for a thread which it doesn't get would never end, nor be followed. */
  @Test
  void executorThatIsBusyAtTimes_doesNotEndTheSweeping() {
    AtomicBoolean busy = new AtomicBoolean();
    Executor executor =
        task -> {
          if (busy.get()) {
            throw new RejectedExecutionException("busy");
          }
          store.time.execute(task);
        };
    try (RetentionSweeper other =
        store.sweeper(RETENTION).pause(PAUSE).executor(executor).build()) {
      other.start();
      store.time.advance(Duration.ofSeconds(5));
      busy.set(true);
      store.time.advance(PAUSE.multipliedBy(2));
      long meanwhile = other.metrics().rounds();
      busy.set(false);
      store.time.advance(PAUSE.multipliedBy(2));

      assertTrue(meanwhile > 0);
      assertTrue(other.metrics().rounds() > meanwhile);
      assertEquals(0, other.metrics().failedRounds());
    }
  }

  @Test
  void sweeperWhoseTimerTakesNoTasks_saysThatNothingIsSweptAnyMore() {
    ScheduledThreadPoolExecutor down = new ScheduledThreadPoolExecutor(1);
    ScheduledExecutorService own = new TimelineScheduler(store.time, store.time);
    AtomicBoolean over = new AtomicBoolean();
    ScheduledExecutorService timer =
        (ScheduledExecutorService)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {ScheduledExecutorService.class},
                (self, method, arguments) -> {
                  try {
                    return method.invoke(over.get() ? down : own, arguments);
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
                });
    down.shutdownNow();
    try (RetentionSweeper other = store.sweeper(RETENTION).pause(PAUSE).timer(timer).build();
        LogCapture log = LogCapture.start()) {
      other.start();
      store.time.advance(Duration.ofSeconds(14));
      over.set(true);
      store.time.advance(PAUSE);

      assertEquals(
          List.of(
              "no old records are forgotten any more: the sweeper's timer takes no tasks. Close the"
                  + " sweeper before its timer"),
          log.seenOf(RetentionSweeper.class).stream()
              .filter(line -> line.contains("any more"))
              .toList());
    }
  }

  @Test
  void secondStart_isRefused() {
    sweeper.start();
    assertThrows(IllegalStateException.class, sweeper::start);
  }

  @Test
  void failingStore_isAskedLessAndLessOften_butAsOftenAsAfterAPause() {
    trouble.error = IO_ERROR;
    sweeper.start();
    store.time.advance(Duration.ofHours(12));

    List<Duration> gaps = new ArrayList<>();
    for (int i = 1; i < trouble.rounds.size(); i++) {
      gaps.add(trouble.rounds.get(i).minus(trouble.rounds.get(i - 1)));
    }
    for (int i = 0; i < gaps.size(); i++) {
      Duration most = i < 10 ? Duration.ofSeconds(1L << i) : PAUSE;
      Duration middle = most.compareTo(PAUSE) < 0 ? most : PAUSE;
      assertWithinAQuarter(middle, gaps.get(i));
    }
    assertTrue(gaps.size() > 60, () -> gaps.size() + " tries in twelve hours");
  }

  private static void assertWithinAQuarter(Duration middle, Duration gap) {
    Duration quarter = middle.dividedBy(4);
    assertTrue(gap.compareTo(middle.minus(quarter)) >= 0, gap::toString);
    assertTrue(gap.compareTo(middle.plus(quarter)) <= 0, gap::toString);
  }

  @Test
  void endlessConflicts_endTheRound() {
    store.time.advance(Duration.ofHours(2));
    trouble.error = CONFLICT;

    CompletionException failure =
        assertThrows(CompletionException.class, () -> store.time.join(sweeper.sweepOnce()));

    assertEquals(StoreError.TIMED_OUT, StoreError.causing(failure).orElseThrow().code());
    assertTrue(trouble.commits < 50, () -> trouble.commits + " commits in ten seconds");
    assertTrue(store.time.nanoTime() < Duration.ofHours(2).plusSeconds(12).toNanos());
  }

  @Test
  void metrics_tellWhatWasDone() {
    for (int i = 0; i < 3; i++) {
      store.executed(store.opaqueId());
    }
    store.executed(store.timeBearingId());
    assertEquals(
        new RetentionMetrics(0, 0, 0, 0, Optional.empty(), Optional.empty()), sweeper.metrics());

    store.time.advance(Duration.ofHours(2));
    store.time.join(sweeper.sweepOnce());
    store.time.join(sweeper.sweepOnce());

    RetentionMetrics metrics = sweeper.metrics();
    assertEquals(2, metrics.rounds());
    assertEquals(1, metrics.rangesCleared());
    assertEquals(3, metrics.opaqueRecordsRemoved());
  }

  @OnEngineOnly("virtual time")
  @Test
  void failures_areCountedAndTold_andHealed() {
    store.time.join(sweeper.sweepOnce());
    Duration lag = sweeper.metrics().horizonLag().orElseThrow();
    trouble.error = IO_ERROR;
    store.time.advance(Duration.ofMinutes(30));
    assertThrows(CompletionException.class, () -> store.time.join(sweeper.sweepOnce()));

    RetentionMetrics failed = sweeper.metrics();
    assertEquals(1, failed.failedRounds());
    assertEquals(
        IO_ERROR, StoreError.causing(failed.lastError().orElseThrow()).orElseThrow().code());
    assertEquals(lag.plusMinutes(30), failed.horizonLag().orElseThrow());

    trouble.error = 0;
    store.time.join(sweeper.sweepOnce());
    RetentionMetrics healed = sweeper.metrics();
    assertEquals(Optional.empty(), healed.lastError());
    assertEquals(lag, healed.horizonLag().orElseThrow());
    assertEquals(1, healed.failedRounds());
  }

  @Test
  void lengthenedRetention_showsAsANegativeLag() {
    store.time.advance(Duration.ofHours(5));
    store.time.join(sweeper.sweepOnce());
    RetentionSweeper longer = store.sweeper(RETENTION.multipliedBy(2)).build();

    store.time.join(longer.sweepOnce());

    Duration lag = longer.metrics().horizonLag().orElseThrow();
    assertTrue(lag.isNegative() && lag.plus(RETENTION).toSeconds() < 60, lag::toString);
  }

  @Test
  void closedSweeper_beginsNothingAnyMore() {
    sweeper.start();
    store.time.advance(Duration.ofSeconds(5));
    int commits = trouble.commits;
    assertTrue(commits > 0);

    sweeper.close();
    store.time.advance(Duration.ofHours(1));

    assertEquals(commits, trouble.commits);
    assertEquals(0, sweeper.metrics().rounds());
  }

  @Test
  void sweeperClosedBetweenTwoRounds_staysAtRest() {
    sweeper.start();
    store.time.advance(Duration.ofMinutes(1));
    int commits = trouble.commits;

    sweeper.close();
    store.time.advance(Duration.ofHours(1));

    assertEquals(commits, trouble.commits);
    assertEquals(1, sweeper.metrics().rounds());
  }

  @Test
  void sweepOnceAfterClose_isCancelled() {
    sweeper.close();
    CompletionException failure =
        assertThrows(CompletionException.class, () -> store.time.join(sweeper.sweepOnce()));
    assertInstanceOf(CancellationException.class, failure.getCause());
  }
}
