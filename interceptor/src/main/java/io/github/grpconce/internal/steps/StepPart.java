package io.github.grpconce.internal.steps;

import com.apple.foundationdb.Transaction;
import com.google.protobuf.ByteString;
import io.github.grpconce.v1.Step;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;

/**
 * A step as it is to be done.
 *
 * @param type of its result
 * @param where the function is run
 * @param remembered finds what an earlier execution has done
 * @param time that the function takes
 * @param last whether the call is over with it
 */
record StepPart(
    String label,
    String type,
    Work work,
    Executor where,
    Function<Transaction, CompletableFuture<Optional<Step>>> remembered,
    Ending ending,
    StepTime time,
    boolean last) {

  /** What a step's function is: it gets the transaction, and returns what is to be remembered. */
  @FunctionalInterface
  interface Work extends Function<Transaction, CompletableFuture<ByteString>> {}

  /** Writes what a step came to, in its transaction. */
  interface Ending {
    void write(Transaction transaction, Tenure.Standing standing, ByteString result);
  }

  StepPart with(Work other) {
    return new StepPart(label, type, other, where, remembered, ending, time, last);
  }
}
