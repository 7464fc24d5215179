package io.github.grpconce.internal.handler;

import com.apple.foundationdb.Transaction;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;

/** Steps as a handler has them; see {@code IdempotentCall}, which has the same methods. */
public interface HandlerSteps {

  <T extends MessageLite> T step(
      String label, Parser<T> results, Function<? super Transaction, ? extends T> work);

  void step(String label, Consumer<? super Transaction> work);

  <T extends MessageLite> CompletableFuture<T> stepAsync(
      String label,
      Parser<T> results,
      Function<? super Transaction, ? extends CompletableFuture<? extends T>> work);

  <T extends MessageLite> T finish(String label, Function<? super Transaction, ? extends T> work);

  <T extends MessageLite> CompletableFuture<T> finishAsync(
      String label, Function<? super Transaction, ? extends CompletableFuture<? extends T>> work);
}
