package io.github.grpconce.testing.internal.store;

import com.apple.foundationdb.MutationType;
import io.github.grpconce.testing.internal.link.Question;
import io.github.grpconce.testing.internal.link.StoreEnd;
import io.github.grpconce.testing.internal.link.StoreTrouble;
import io.github.grpconce.testing.internal.process.Printed;
import io.github.grpconce.testing.internal.scenario.Mishap;
import io.github.grpconce.testing.internal.scenario.Step.Kind;
import io.github.grpconce.testing.internal.scenario.Strike;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What a transaction writes, its commit, and what becomes of that. Thread-safe. */
final class SteppedCommit {

  private final SteppedLink link;
  private final StoreEnd end;
  private final Set<String> writes = new LinkedHashSet<>();

  SteppedCommit(SteppedLink link, StoreEnd end) {
    this.link = link;
    this.end = end;
  }

  /** Notes a write, for people. */
  synchronized void note(Question write) {
    Object first = write.arguments().get(0);
    boolean mutation = first instanceof MutationType;
    String subject = Printed.subject(mutation ? write.arguments().get(1) : first);
    boolean guards = subject.equals(Printed.GUARDS_RECORDS);
    writes.add(guards ? subject : (mutation ? first : write.method()) + " " + subject);
  }

  /** A commit that writes nothing concerns nobody. */
  CompletableFuture<Void> begin() {
    String what = what();
    if (what.isEmpty()) {
      CompletableFuture<Void> here = link.host().promise();
      link.host().pass(() -> link.host().pass(there(), here));
      return here;
    }
    Optional<Strike> strike = link.conductor().next(link.host(), Kind.COMMIT, "commits " + what);
    CompletableFuture<Void> here = link.host().promise();
    befall(strike, here);
    return here;
  }

  private synchronized String what() {
    return String.join(", ", writes);
  }

  private void befall(Optional<Strike> strike, CompletableFuture<Void> here) {
    Optional<Mishap> mishap = strike.map(Strike::mishap);
    if (mishap.isEmpty()) {
      link.host().pass(() -> link.host().pass(there(), here));
      return;
    }
    switch (mishap.get()) {
      case COMMIT_CONFLICTS -> link.fail(here, StoreTrouble.NOT_COMMITTED);
      case COMMIT_UNKNOWN_DROPPED -> link.fail(here, StoreTrouble.COMMIT_UNKNOWN_RESULT);
      case COMMIT_UNKNOWN_LANDED -> {
        var unused =
            there()
                .whenComplete(
                    (done, failure) -> link.fail(here, StoreTrouble.COMMIT_UNKNOWN_RESULT));
      }
      case COMMIT_LANDS_LATE -> {
        landLater(strike.get());
        link.fail(here, StoreTrouble.CLUSTER_VERSION_CHANGED);
      }
      case COMMIT_LANDS_SERVER_DIES -> {
        var unused = there().whenComplete((done, failure) -> link.goOn(mishap, () -> {}));
      }
      case COMMIT_LANDS_LATE_SERVER_DIES -> {
        landLater(strike.get());
        link.goOn(mishap, () -> {});
      }
      default -> link.goOn(mishap, () -> link.host().pass(() -> link.host().pass(there(), here)));
    }
  }

  private CompletableFuture<Void> there() {
    return end.transaction().commit();
  }

  private void landLater(Strike strike) {
    end.expectCommit();
    link.conductor().landLater(strike.stepsLater(), this::land);
  }

  private void land() {
    var unused = there().whenComplete((done, failure) -> landed(failure));
  }

  private void landed(@Nullable Throwable failure) {
    link.transcript()
        .noteMishap(
            failure == null
                ? "the late commit takes effect: " + what()
                : "the late commit takes no effect (" + failure.getMessage() + ")");
    end.settle();
  }
}
