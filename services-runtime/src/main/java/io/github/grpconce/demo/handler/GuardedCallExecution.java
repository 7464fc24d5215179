package io.github.grpconce.demo.handler;

import com.apple.foundationdb.Transaction;
import io.github.grpconce.server.IdempotentCall;
import java.util.function.Function;

/** Leaves it to the guard to commit: everything a handler writes lands at once, with its record. */
record GuardedCallExecution() implements Execution {

  @Override
  public <T> T transact(Function<? super Transaction, ? extends T> work) {
    return work.apply(IdempotentCall.current().transaction());
  }

  @Override
  public String newId(String label) {
    return IdempotentCall.current().requestId().child(label).value();
  }
}
