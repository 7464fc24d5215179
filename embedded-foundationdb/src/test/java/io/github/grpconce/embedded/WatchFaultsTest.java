package io.github.grpconce.embedded;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.apple.foundationdb.Transaction;
import io.github.grpconce.embedded.FaultPlan.Step;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Watches that a {@link FaultPlan} makes late, spurious or forgetful. */
class WatchFaultsTest extends PlannedFaults {
  @Test
  void watchFault_isAddressedByLabel() {
    plan.at(Step.WATCH).label("lost").inject(Fault.lateWatch(Duration.ofHours(1)));
    CompletableFuture<Void> prompt = watch("prompt");
    CompletableFuture<Void> lost = watch("lost");

    time.join(writing(ONE).commit());
    time.runReady();

    assertTrue(prompt.isDone());
    assertFalse(lost.isDone());
  }

  private CompletableFuture<Void> watch(String label) {
    Transaction tr = db.createTransaction();
    FaultPlan.label(tr, label);
    CompletableFuture<Void> watch = tr.watch(KEY);
    time.join(tr.commit());
    return watch;
  }

  private CompletableFuture<Void> watch(Fault fault) {
    plan.at(Step.WATCH).once().inject(fault);
    Transaction tr = db.createTransaction();
    CompletableFuture<Void> watch = tr.watch(KEY);
    time.join(tr.commit());
    return watch;
  }

  @Test
  void lateWatch_firesAfterItsDelay() {
    CompletableFuture<Void> watch = watch(Fault.lateWatch(Duration.ofSeconds(3)));
    time.join(writing(ONE).commit());

    time.advance(Duration.ofMillis(2999));
    assertFalse(watch.isDone());
    time.advance(Duration.ofMillis(1));
    assertTrue(watch.isDone());
  }

  @Test
  void spuriousWatch_firesThoughNothingChanged() {
    CompletableFuture<Void> watch = watch(Fault.spuriousWatch(Duration.ofSeconds(3)));

    time.advance(Duration.ofSeconds(3));

    assertTrue(watch.isDone());
  }

  @Test
  void watchMissesReturn_firesOnlyIfTheValueIsStillAnother() {
    CompletableFuture<Void> watch = watch(Fault.watchMissesReturn(Duration.ofSeconds(3)));
    time.join(writing(ONE).commit());
    Transaction back = db.createTransaction();
    back.clear(KEY);
    time.join(back.commit());

    time.advance(Duration.ofSeconds(3));
    assertFalse(watch.isDone());

    time.join(writing(TWO).commit());
    time.runReady();
    assertTrue(watch.isDone());
  }
}
