package io.github.grpconce.demo.handler;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.Transaction;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.function.Function;

/** Commits each piece of work on its own, as services do without grpc-once. */
record UnguardedExecution(Database database) implements Execution {

  @Override
  public <T> T transact(Function<? super Transaction, ? extends T> work) {
    try {
      return database.run(work::apply);
    } catch (CompletionException e) {
      // The database's retry loop wraps whatever ends it.
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  @Override
  public <T extends MessageLite> T step(
      String label, Parser<T> results, Function<? super Transaction, ? extends T> work) {
    return transact(work);
  }

  @Override
  public String newId(String label) {
    return UUID.randomUUID().toString();
  }
}
