package io.github.grpconce.server;

import com.apple.foundationdb.Transaction;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.github.grpconce.RequestId;
import io.github.grpconce.internal.execution.HandlerCall;
import io.github.grpconce.internal.handler.HandlerSteps;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;

/** The call that a handler executes, as its context has it. */
record CurrentCall(HandlerCall call) implements IdempotentCall {

  @Override
  public Transaction transaction() {
    Transaction transaction = call.transaction();
    if (transaction == null) {
      throw new IllegalStateException(
          "this method is guarded in STEPS mode: use step(label, transaction -> ...), whose"
              + " transaction is committed when its function returns");
    }
    return transaction;
  }

  @Override
  public <T extends MessageLite> T step(
      String label, Parser<T> results, Function<? super Transaction, ? extends T> work) {
    return steps().step(label, results, work);
  }

  @Override
  public void step(String label, Consumer<? super Transaction> work) {
    steps().step(label, work);
  }

  @Override
  public <T extends MessageLite> CompletableFuture<T> stepAsync(
      String label,
      Parser<T> results,
      Function<? super Transaction, ? extends CompletableFuture<? extends T>> work) {
    return steps().stepAsync(label, results, work);
  }

  @Override
  public <T extends MessageLite> T finish(
      String label, Function<? super Transaction, ? extends T> work) {
    return steps().finish(label, work);
  }

  @Override
  public <T extends MessageLite> CompletableFuture<T> finishAsync(
      String label, Function<? super Transaction, ? extends CompletableFuture<? extends T>> work) {
    return steps().finishAsync(label, work);
  }

  private HandlerSteps steps() {
    HandlerSteps steps = call.steps();
    if (steps == null) {
      throw new IllegalStateException(
          "there are no steps here: they are for methods guarded in STEPS mode, and can't be"
              + " within one another");
    }
    return steps;
  }

  @Override
  public RequestId requestId() {
    return call.origin().requestId().orElseThrow(CurrentCall::withoutRequestId);
  }

  @Override
  public UUID newId(String label) {
    if (!hasRequestId()) {
      throw withoutRequestId();
    }
    return call.execution().newId(label);
  }

  private static IllegalStateException withoutRequestId() {
    return new IllegalStateException("this call has no request ID; its guard makes it optional");
  }

  @Override
  public boolean hasRequestId() {
    return call.origin().requestId().isPresent();
  }

  @Override
  public String scope() {
    return call.origin().scope();
  }

  @Override
  public boolean isResumed() {
    return call.origin().resumed();
  }
}
