package io.github.grpconce.testing;

import com.apple.foundationdb.MutationType;
import com.apple.foundationdb.Transaction;
import io.github.grpconce.testing.Step.Kind;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What a transaction writes, its commit, and what becomes of that. Thread-safe. */
final class LinkedCommit {

  private static final int NOT_COMMITTED = 1020;
  private static final int UNKNOWN_RESULT = 1021;
  private static final int CLUSTER_VERSION_CHANGED = 1039;

  private final StoreLink link;
  private final Transaction real;
  private final Set<String> writes = new LinkedHashSet<>();
  private boolean inFlight;
  private boolean closed;

  LinkedCommit(StoreLink link, Transaction real) {
    this.link = link;
    this.real = real;
  }

  /** Notes a write, for people. */
  synchronized void note(String method, Object[] args) {
    boolean mutation = args[0] instanceof MutationType;
    String subject = Printed.subject(args[mutation ? 1 : 0]);
    boolean guards = subject.equals(Printed.GUARDS_RECORDS);
    writes.add(guards ? subject : (mutation ? args[0] : method) + " " + subject);
  }

  /** Whether the commit may still take effect, although the server was told that it failed. */
  synchronized boolean isInFlight() {
    return inFlight;
  }

  /** Closes the transaction, when no commit is on its way any more. */
  synchronized @Nullable Object close() {
    closed = true;
    if (!inFlight) {
      real.close();
    }
    return null;
  }

  synchronized @Nullable Object cancel() {
    if (!inFlight) {
      real.cancel();
    }
    return null;
  }

  /** A commit that writes nothing concerns nobody. */
  CompletableFuture<Void> begin() {
    String what = what();
    if (what.isEmpty()) {
      CompletableFuture<Void> here = link.host().promise();
      link.host().pass(() -> link.host().pass(real.commit(), here));
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
      link.host().pass(() -> link.host().pass(real.commit(), here));
      return;
    }
    switch (mishap.get()) {
      case COMMIT_CONFLICTS -> link.fail(here, NOT_COMMITTED);
      case COMMIT_UNKNOWN_DROPPED -> link.fail(here, UNKNOWN_RESULT);
      case COMMIT_UNKNOWN_LANDED -> {
        var unused = real.commit().whenComplete((done, failure) -> link.fail(here, UNKNOWN_RESULT));
      }
      case COMMIT_LANDS_LATE -> {
        landLater(strike.get());
        link.fail(here, CLUSTER_VERSION_CHANGED);
      }
      case COMMIT_LANDS_SERVER_DIES -> {
        var unused = real.commit().whenComplete((done, failure) -> link.goOn(mishap, () -> {}));
      }
      case COMMIT_LANDS_LATE_SERVER_DIES -> {
        landLater(strike.get());
        link.goOn(mishap, () -> {});
      }
      default ->
          link.goOn(mishap, () -> link.host().pass(() -> link.host().pass(real.commit(), here)));
    }
  }

  private synchronized void landLater(Strike strike) {
    inFlight = true;
    link.conductor().landLater(strike.stepsLater(), this::land);
  }

  private void land() {
    var unused = real.commit().whenComplete((done, failure) -> landed(failure));
  }

  private synchronized void landed(@Nullable Throwable failure) {
    link.transcript()
        .noteMishap(
            failure == null
                ? "the late commit takes effect: " + what()
                : "the late commit takes no effect (" + failure.getMessage() + ")");
    inFlight = false;
    if (closed) {
      real.close();
    }
  }
}
