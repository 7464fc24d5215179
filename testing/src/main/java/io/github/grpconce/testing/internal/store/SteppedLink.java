package io.github.grpconce.testing.internal.store;

import com.apple.foundationdb.Database;
import io.github.grpconce.testing.internal.link.LinkedDatabase;
import io.github.grpconce.testing.internal.link.StoreLink;
import io.github.grpconce.testing.internal.link.StoreTrouble;
import io.github.grpconce.testing.internal.link.TransactionLink;
import io.github.grpconce.testing.internal.process.Conductor;
import io.github.grpconce.testing.internal.process.Host;
import io.github.grpconce.testing.internal.process.Incident;
import io.github.grpconce.testing.internal.process.Transcript;
import io.github.grpconce.testing.internal.scenario.Mishap;
import io.github.grpconce.testing.internal.scenario.Step.Kind;
import io.github.grpconce.testing.internal.scenario.Strike;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** The way from one server to the store: each answer is a step, at which a mishap can be made. */
public record SteppedLink(Host host, Conductor conductor, Transcript transcript, Database store)
    implements StoreLink {

  /** Returns the server's end of the way. */
  public Database database() {
    return LinkedDatabase.over(this);
  }

  @Override
  public Executor executor() {
    return store.getExecutor();
  }

  @Override
  public boolean mayBlock() {
    return true;
  }

  @Override
  public TransactionLink begin(Executor executor) {
    return new SteppedTransaction(this, store.createTransaction(executor));
  }

  /** Has the store answer something that is a step. */
  <T> CompletableFuture<T> read(String what, Supplier<CompletableFuture<T>> there) {
    Optional<Mishap> mishap = conductor.next(host, Kind.READ, what).map(Strike::mishap);
    CompletableFuture<T> here = host.promise();
    if (mishap.filter(Mishap.READ_FAILS::equals).isPresent()) {
      fail(here, StoreTrouble.PROCESS_BEHIND);
    } else if (mishap.filter(Mishap.READ_TOO_LATE::equals).isPresent()) {
      fail(here, StoreTrouble.TOO_OLD);
    } else {
      goOn(mishap, () -> host.pass(() -> host.pass(there.get(), here)));
    }
    return here;
  }

  /** Has the store answer something in its own time. */
  <T> CompletableFuture<T> await(CompletableFuture<T> there) {
    CompletableFuture<T> here = host.promise();
    host.pass(there, here);
    return here;
  }

  <T> void fail(CompletableFuture<T> here, int code) {
    host.pass(() -> here.completeExceptionally(new StoreTrouble(code)));
  }

  /** Does a step now, or when the client has done its part of the mishap. */
  void goOn(Optional<Mishap> mishap, Runnable step) {
    if (mishap.isPresent()) {
      conductor.hold(new Incident(host, mishap.get(), step));
    } else {
      step.run();
    }
  }
}
