package io.github.grpconce.server;

import io.github.grpconce.test.v1.Balance;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * An execution that a test carries out itself, one thing after the other, in its own thread. Notes
 * what the handler is told about how its call ended.
 */
final class HandlerByHand {

  static final String CANCELLED = "cancelled";
  static final String COMPLETE = "complete";

  private final IdempotentCall call = IdempotentCall.current();
  private final Context context = Context.current();
  private final List<String> told = new ArrayList<>();
  private final StreamObserver<Balance> observer;
  private final Runnable settle;

  /** Begins, as a handler's method does. */
  HandlerByHand(StreamObserver<Balance> observer) {
    this(observer, () -> {});
  }

  /**
   * Begins.
   *
   * @param settle follows whatever the test does here: lets the store answer, say
   */
  HandlerByHand(StreamObserver<Balance> observer, Runnable settle) {
    this.observer = observer;
    this.settle = settle;
    var serverCall = (ServerCallStreamObserver<Balance>) observer;
    serverCall.setOnCancelHandler(() -> told.add(CANCELLED));
    serverCall.setOnCloseHandler(() -> told.add(COMPLETE));
  }

  IdempotentCall call() {
    return call;
  }

  Context context() {
    return context;
  }

  /** What it was told about its call's end: nothing, or one word. */
  List<String> told() {
    return told;
  }

  /** Does a step, which adds 1 to what is counted under its label. */
  CompletableFuture<Balance> step(String label) {
    return step(label, CompletableFuture.completedFuture(null));
  }

  /** Does a step whose function ends when a future completes. */
  CompletableFuture<Balance> step(String label, CompletableFuture<?> end) {
    Context previous = context.attach();
    try {
      CompletableFuture<Balance> step =
          call.stepAsync(
              label,
              Balance.parser(),
              transaction -> {
                Transfers.add(transaction, label, 1);
                return end.thenApply(done -> Balance.getDefaultInstance());
              });
      settle.run();
      return step;
    } finally {
      context.detach(previous);
    }
  }

  void answer(long amount) {
    observer.onNext(Balance.newBuilder().setAmount(amount).build());
    observer.onCompleted();
    settle.run();
  }

  void fail(Status status) {
    observer.onError(status.asRuntimeException());
    settle.run();
  }
}
