package io.github.grpconce.demo.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Has a saboteur do what a schedule says, when it says so: on a thread for each target. On a busy
 * machine a service takes its time to come back; then all that is to befall it later is put off,
 * and what would be too late is left out.
 *
 * @param abort ends it early; is released if it fails
 */
record Troublemaker(Schedule schedule, Saboteur saboteur, CountDownLatch abort) {

  /** Returns when the last trouble has ended. */
  void run() throws Exception {
    long begin = System.nanoTime();
    ExecutorService threads = Executors.newFixedThreadPool(Target.values().length);
    try {
      List<Future<Void>> lanes = new ArrayList<>();
      for (Target target : Target.values()) {
        lanes.add(threads.submit(() -> strike(schedule.at(target), begin)));
      }
      for (Future<Void> lane : lanes) {
        lane.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private Void strike(List<Strike> strikes, long begin) throws Exception {
    boolean done = false;
    try {
      Duration late = Duration.ZERO;
      for (Strike strike : strikes) {
        Duration at = strike.at().plus(late);
        if (at.compareTo(schedule.length()) > 0 || isAbortedWithin(at.minus(since(begin)))) {
          break;
        }
        saboteur.begin(strike);
        var unused = isAbortedWithin(strike.length());
        saboteur.end(strike);
        late = since(begin).minus(strike.end());
      }
      done = true;
      return null;
    } finally {
      if (!done) {
        abort.countDown();
      }
    }
  }

  private static Duration since(long nanos) {
    return Duration.ofNanos(System.nanoTime() - nanos);
  }

  private boolean isAbortedWithin(Duration pause) throws InterruptedException {
    return abort.await(pause.toNanos(), TimeUnit.NANOSECONDS);
  }
}
