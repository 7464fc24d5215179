package io.github.grpconce.simulation.store;

import io.github.grpconce.simulation.world.Fault;
import io.github.grpconce.testing.internal.link.StoreEnd;
import io.github.grpconce.testing.internal.link.StoreTrouble;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A commit on its way to the store, and the news of it on its way back. */
final class TravellingCommit {

  /** Within the life of a transaction: later, the store would refuse it as too old. */
  private static final Duration LATE = Duration.ofMillis(4_900);

  private static final List<Fault> FATES =
      List.of(
          Fault.COMMIT_UNKNOWN_LANDED,
          Fault.COMMIT_UNKNOWN_DROPPED,
          Fault.COMMIT_LATE,
          Fault.COMMIT_GONE,
          Fault.COMMIT_CONFLICT,
          Fault.STORE_TOO_OLD,
          Fault.STORE_BUSY);

  private final WeatheredLink link;
  private final TransactionLife life;
  private final StoreEnd end;

  TravellingCommit(WeatheredLink link, TransactionLife life, StoreEnd end) {
    this.link = link;
    this.life = life;
    this.end = end;
  }

  CompletableFuture<Void> begin() {
    CompletableFuture<Void> here = life.pending();
    if (life.isOver()) {
      return here;
    }
    end.expectCommit();
    Optional<Fault> fate = FATES.stream().filter(link.weather()::strikes).findFirst();
    if (fate.isPresent() && (fate.get() == Fault.COMMIT_LATE || fate.get() == Fault.COMMIT_GONE)) {
      outliveItsTransaction(fate.get(), here);
    } else {
      link.send(() -> arrive(fate.orElse(null), here));
    }
    return here;
  }

  private void outliveItsTransaction(Fault fate, CompletableFuture<Void> here) {
    if (link.chance().nextBoolean()) {
      link.host().execute(() -> life.end(StoreTrouble.TIMED_OUT));
    } else {
      link.fail(here, StoreTrouble.CLUSTER_VERSION_CHANGED);
    }
    link.host().loop().schedule(link.chance().upTo(LATE), () -> arriveLate(fate));
  }

  private void arriveLate(Fault fate) {
    if (fate == Fault.COMMIT_LATE) {
      var unused = land();
    } else {
      end.settle();
    }
  }

  private void arrive(@Nullable Fault fate, CompletableFuture<Void> here) {
    boolean cutOff = !link.host().isUp() || life.isOver();
    if (cutOff && !link.weather().strikes(Fault.COMMIT_SURVIVES)) {
      end.settle();
      return;
    }
    if (fate == null) {
      CompletableFuture<Void> news = new CompletableFuture<>();
      link.pass(land(), news);
      var unused = news.whenComplete((done, failure) -> tell(here, failure));
      return;
    }
    switch (fate) {
      case COMMIT_UNKNOWN_LANDED -> {
        CompletableFuture<Void> landed = land();
        link.pass(
            landed.thenCompose(
                done ->
                    CompletableFuture.failedFuture(
                        new StoreTrouble(StoreTrouble.COMMIT_UNKNOWN_RESULT))),
            here);
      }
      case COMMIT_UNKNOWN_DROPPED -> refuse(here, StoreTrouble.COMMIT_UNKNOWN_RESULT);
      case COMMIT_CONFLICT -> refuse(here, StoreTrouble.NOT_COMMITTED);
      case STORE_TOO_OLD -> refuse(here, StoreTrouble.TOO_OLD);
      default -> refuse(here, StoreTrouble.PROXY_MEMORY_LIMIT_EXCEEDED);
    }
  }

  private void tell(CompletableFuture<Void> here, @Nullable Throwable failure) {
    if (failure == null) {
      life.committed();
      here.complete(null);
    } else {
      here.completeExceptionally(failure);
    }
  }

  private void refuse(CompletableFuture<Void> here, int code) {
    end.settle();
    link.fail(here, code);
  }

  private CompletableFuture<Void> land() {
    CompletableFuture<Void> landed = end.transaction().commit();
    end.settle();
    return landed;
  }
}
