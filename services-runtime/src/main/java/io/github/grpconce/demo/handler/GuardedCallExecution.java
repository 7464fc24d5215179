package io.github.grpconce.demo.handler;

import com.apple.foundationdb.Transaction;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.github.grpconce.server.IdempotentCall;
import java.util.function.Function;

/** Leaves it to the guard to commit: what a handler or a step writes lands with its record. */
record GuardedCallExecution() implements Execution {

  @Override
  public <T> T transact(Function<? super Transaction, ? extends T> work) {
    return work.apply(IdempotentCall.current().transaction());
  }

  @Override
  public <T extends MessageLite> T step(
      String label, Parser<T> results, Function<? super Transaction, ? extends T> work) {
    return IdempotentCall.current().step(label, results, work);
  }

  @Override
  public String newId(String label) {
    return IdempotentCall.current().newId(label).toString();
  }
}
