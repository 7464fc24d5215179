package io.github.grpconce.demo.handler;

import com.apple.foundationdb.Transaction;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.github.grpconce.ExecutionFencedException;
import io.github.grpconce.server.IdempotentCall;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.logging.Logger;

/**
 * Leaves it to the guard to commit: what a handler or a step writes lands with its record. Logs
 * what only the handler sees: that it goes on from another execution's step, or may not go on.
 */
record GuardedCallExecution() implements Execution {

  private static final Logger LOG = Logger.getLogger(GuardedCallExecution.class.getName());

  @Override
  public <T> T transact(Function<? super Transaction, ? extends T> work) {
    return work.apply(IdempotentCall.current().transaction());
  }

  @Override
  public <T extends MessageLite> T step(
      String label, Parser<T> results, Function<? super Transaction, ? extends T> work) {
    IdempotentCall call = IdempotentCall.current();
    AtomicBoolean worked = new AtomicBoolean();
    try {
      T result =
          call.step(
              label,
              results,
              transaction -> {
                worked.set(true);
                return work.apply(transaction);
              });
      if (!worked.get()) {
        LOG.info(() -> ExecutionLog.skipped(label, call.isResumed()));
      }
      return result;
    } catch (ExecutionFencedException e) {
      LOG.info(ExecutionLog.FENCED);
      throw e;
    }
  }

  @Override
  public String newId(String label) {
    return IdempotentCall.current().newId(label).toString();
  }
}
