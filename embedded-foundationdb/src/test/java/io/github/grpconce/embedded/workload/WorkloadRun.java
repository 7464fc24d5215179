package io.github.grpconce.embedded.workload;

import com.apple.foundationdb.Database;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One run of a workload that is prepared.
 *
 * <p>The seed decides what each actor does, but not how their threads overlap: a run that found
 * something may have to be repeated.
 */
record WorkloadRun(Workload workload, int actors, int stepsOfEach, long seed) {
  /** What was wrong, or nothing. */
  Optional<String> on(Database database) {
    try {
      act(database);
      workload.check(database);
      return Optional.empty();
    } catch (AssertionError | RuntimeException wrong) {
      Throwable cause = wrong instanceof CompletionException ? wrong.getCause() : wrong;
      return Optional.of(workload.getClass().getSimpleName() + " with seed " + seed + ": " + cause);
    }
  }

  /** Ends when all are done, or soon after one saw that something is wrong. */
  private void act(Database database) {
    CountDownLatch allReady = new CountDownLatch(actors);
    AtomicBoolean stopped = new AtomicBoolean();
    SplittableRandom random = new SplittableRandom(seed);
    List<CompletableFuture<Void>> threads = new ArrayList<>();
    for (int i = 0; i < actors; i++) {
      Actor actor = new Actor(database, i, random.split());
      threads.add(
          CompletableFuture.runAsync(
                  () -> act(actor, allReady, stopped), task -> new Thread(task).start())
              .whenComplete((done, wrong) -> stopped.compareAndSet(false, wrong != null)));
    }
    CompletableFuture.allOf(threads.toArray(CompletableFuture<?>[]::new)).join();
  }

  private void act(Actor actor, CountDownLatch allReady, AtomicBoolean stopped) {
    allReady.countDown();
    try {
      allReady.await();
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
    for (int step = 0; step < stepsOfEach && !stopped.get(); step++) {
      workload.step(actor);
    }
  }
}
