package io.github.grpconce.testing;

import com.apple.foundationdb.Database;
import io.github.grpconce.testing.Step.Kind;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** The way from one server to the store, on which the store's mishaps are made. */
record StoreLink(Host host, Conductor conductor, Transcript transcript, Database store) {

  private static final int PROCESS_BEHIND = 1037;
  private static final int TOO_OLD = 1007;

  /** Returns the server's end of the way. */
  Database database() {
    return LinkedDatabase.over(this);
  }

  /** Has the store answer something that is a step. */
  <T> CompletableFuture<T> read(String what, Supplier<CompletableFuture<T>> there) {
    Optional<Mishap> mishap = conductor.next(host, Kind.READ, what).map(Strike::mishap);
    CompletableFuture<T> here = host.promise();
    if (mishap.filter(Mishap.READ_FAILS::equals).isPresent()) {
      fail(here, PROCESS_BEHIND);
    } else if (mishap.filter(Mishap.READ_TOO_LATE::equals).isPresent()) {
      fail(here, TOO_OLD);
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
