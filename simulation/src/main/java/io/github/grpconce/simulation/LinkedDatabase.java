package io.github.grpconce.simulation;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.Transaction;
import com.apple.foundationdb.async.AsyncUtil;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The store as a process has it at its end of a {@link StoreLink}. */
final class LinkedDatabase implements InvocationHandler {

  private final StoreLink link;
  private final Database database;

  private LinkedDatabase(StoreLink link) {
    this.link = link;
    this.database =
        (Database)
            Proxy.newProxyInstance(
                LinkedDatabase.class.getClassLoader(), new Class<?>[] {Database.class}, this);
  }

  static Database over(StoreLink link) {
    return new LinkedDatabase(link).database;
  }

  @Override
  public Object invoke(Object proxy, Method method, Object @Nullable [] args) {
    return switch (method.getName()) {
      case "createTransaction" -> newTransaction();
      case "getExecutor" -> link.host();
      case "options" -> link.store().options();
      case "runAsync", "readAsync" -> runAsync(argument(args));
      case "toString" -> "the store, as seen from " + link.host().name();
      default ->
          throw new UnsupportedOperationException(
              "nothing may block in a simulation, and nobody has needed this yet: " + method);
    };
  }

  private Transaction newTransaction() {
    return LinkedTransaction.begin(link, database);
  }

  @SuppressWarnings("unchecked") // what the interface says of its first parameter
  private static Function<Transaction, CompletionStage<Object>> argument(Object @Nullable [] args) {
    if (args == null) {
      throw new IllegalArgumentException("a retry loop needs a function");
    }
    return (Function<Transaction, CompletionStage<Object>>) args[0];
  }

  private CompletableFuture<Object> runAsync(
      Function<Transaction, CompletionStage<Object>> function) {
    return attempt(newTransaction(), function);
  }

  private CompletableFuture<Object> attempt(
      Transaction tr, Function<Transaction, CompletionStage<Object>> function) {
    CompletableFuture<Object> committed =
        applied(tr, function).thenCompose(value -> tr.commit().thenApply(done -> value));
    return AsyncUtil.composeHandleAsync(
            committed,
            (value, failure) ->
                failure == null
                    ? CompletableFuture.completedFuture(value)
                    : tr.onError(failure).thenCompose(next -> attempt(next, function)),
            link.host())
        .whenComplete((value, failure) -> tr.close());
  }

  private static CompletableFuture<Object> applied(
      Transaction tr, Function<Transaction, CompletionStage<Object>> function) {
    try {
      return function.apply(tr).toCompletableFuture();
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }
}
