package io.github.grpconce.testing.internal.downstream;

import io.github.grpconce.testing.internal.process.Host;
import io.grpc.ClientCall.Listener;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Who waits in a server for the answer to an outgoing call, and is told of one end. Thread-safe.
 */
final class Caller<RespT> {

  private static final Status CONNECTION_LOST =
      Status.UNAVAILABLE.withDescription("the connection was lost");

  private final Host host;
  private final Listener<RespT> listener;
  private final Executor executor;
  private final CompletableFuture<Void> end;

  /**
   * Begins to wait.
   *
   * @param executor where the caller wants to be told, as a blocking stub does; null for anywhere
   */
  Caller(Host host, Listener<RespT> listener, @Nullable Executor executor) {
    this.host = host;
    this.listener = listener;
    this.executor = executor == null ? Runnable::run : executor;
    this.end = host.promise();
    var unused = end.whenComplete((known, worldIsOver) -> freeIf(worldIsOver != null));
  }

  private void freeIf(boolean worldIsOver) {
    if (worldIsOver) {
      executor.execute(() -> listener.onClose(CONNECTION_LOST, new Metadata()));
    }
  }

  void tell(Consumer<Listener<RespT>> news) {
    host.pass(() -> executor.execute(() -> news.accept(listener)));
  }

  void close(Status status, Metadata trailers) {
    host.pass(
        () -> {
          if (end.complete(null)) {
            executor.execute(() -> listener.onClose(status, trailers));
          }
        });
  }

  void loseConnection() {
    close(CONNECTION_LOST, new Metadata());
  }
}
