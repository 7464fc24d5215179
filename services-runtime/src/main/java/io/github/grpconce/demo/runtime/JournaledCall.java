package io.github.grpconce.demo.runtime;

import io.github.grpconce.IdempotencyHeaders;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.concurrent.CompletableFuture;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * A call that is counted as it is executed, and answered once it is counted: whoever has read an
 * answer finds it in the counts.
 *
 * <p>Nothing blocks: what is sent before the counts are stored is held back, in order. Like every
 * {@link ServerCall} it is used by one thread at a time.
 */
final class JournaledCall<ReqT, RespT> extends SimpleForwardingServerCall<ReqT, RespT> {

  private static final Logger LOG = Logger.getLogger(JournaledCall.class.getName());

  private final AttemptJournal journal;

  /** Done when all that was to be counted and sent so far has been; never fails. */
  private CompletableFuture<Void> tail;

  private boolean headersSent;

  JournaledCall(ServerCall<ReqT, RespT> call, AttemptJournal journal) {
    super(call);
    this.journal = journal;
    this.tail = logged("count", journal.countAttempt(method()));
  }

  @Override
  public void sendHeaders(Metadata headers) {
    headersSent = true;
    countIfReplay(headers);
    whenCounted(() -> super.sendHeaders(headers));
  }

  @Override
  public void sendMessage(RespT message) {
    whenCounted(() -> super.sendMessage(message));
  }

  @Override
  public void close(Status status, Metadata trailers) {
    if (!headersSent) {
      countIfReplay(trailers);
    }
    whenCounted(() -> super.close(status, trailers));
  }

  private void countIfReplay(Metadata metadata) {
    if ("true".equals(metadata.get(IdempotencyHeaders.REPLAYED))) {
      CompletableFuture<Void> counted = logged("count", journal.countReplay(method()));
      tail = tail.thenCombine(counted, (before, now) -> null);
    }
  }

  private void whenCounted(Runnable send) {
    if (tail.isDone()) {
      send.run(); // Here, so that what it throws reaches the caller.
    } else {
      tail = logged("answer", tail.thenRun(send));
    }
  }

  private CompletableFuture<Void> logged(String what, CompletableFuture<Void> future) {
    return future.exceptionally(
        failure -> {
          LOG.log(Level.WARNING, failure, () -> "could not " + what + " a call of " + method());
          return null;
        });
  }

  private String method() {
    return getMethodDescriptor().getFullMethodName();
  }
}
