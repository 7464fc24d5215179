package io.github.grpconce.demo.handler;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.Transaction;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import java.util.function.Function;

/**
 * What a handler asks of its own execution, so that it need not know whether it is guarded.
 *
 * <p>Chosen once, when the service starts. Thread-safe.
 */
public interface Execution {

  /**
   * Does the work in a transaction, and returns its result.
   *
   * <p>Guarded, that is the call's own transaction: its writes land with the call's record, after
   * the handler's answer and not before. Unguarded, it is committed before this returns.
   *
   * @param work may be done several times; may block
   * @throws RuntimeException what the work throws, as it is
   */
  <T> T transact(Function<? super Transaction, ? extends T> work);

  /**
   * Does a step of a longer work, and returns its result.
   *
   * <p>Guarded, what an earlier execution of the call has done is not done again: its result is
   * returned. Either way the step is committed before this returns.
   *
   * @param label tells apart the steps of one operation
   * @param results reads what an earlier execution has returned
   * @param work may be done several times; may block
   * @throws RuntimeException what the work throws, as it is
   */
  <T extends MessageLite> T step(
      String label, Parser<T> results, Function<? super Transaction, ? extends T> work);

  /**
   * Returns an ID for something new.
   *
   * <p>Guarded, it is derived from the request ID: every execution of one operation gives the same.
   * Unguarded, every execution gives another.
   *
   * @param label tells apart the new things of one operation
   */
  String newId(String label);

  /** Returns the execution of handlers behind a guard. */
  static Execution guarded() {
    return new GuardedCallExecution();
  }

  /** Returns the execution of handlers without a guard. */
  static Execution unguarded(Database database) {
    return new UnguardedExecution(database);
  }
}
