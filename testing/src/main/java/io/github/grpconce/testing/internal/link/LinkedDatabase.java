package io.github.grpconce.testing.internal.link;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.Transaction;
import com.apple.foundationdb.async.AsyncUtil;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The store as a process has it at its end of a {@link StoreLink}. */
public final class LinkedDatabase implements InvocationHandler {

  private final StoreLink link;
  private final Database database;

  private LinkedDatabase(StoreLink link) {
    this.link = link;
    this.database = Forwarding.proxy(Database.class, this);
  }

  /** Returns the process's end of a way to the store. */
  public static Database over(StoreLink link) {
    return new LinkedDatabase(link).database;
  }

  @Override
  public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] args)
      throws Throwable {
    if (args == null) {
      return switch (method.getName()) {
        case "createTransaction" -> begin(link.executor());
        case "getExecutor" -> link.executor();
        case "close" -> null; // The store is whose it was.
        default -> Forwarding.call(method, link.store(), null);
      };
    }
    return switch (method.getName()) {
      case "createTransaction" -> begin((Executor) args[0]);
      case "run", "read" -> run(method, args);
      case "runAsync", "readAsync" -> runAsync(begin(executor(args)), futureFunction(args));
      default -> Forwarding.call(method, link.store(), args);
    };
  }

  private Transaction begin(Executor executor) {
    return LinkedTransaction.over(link.begin(executor), database);
  }

  @SuppressWarnings("unchecked") // what the interface says of its first parameter
  private static Function<Transaction, Object> function(Object[] args) {
    return (Function<Transaction, Object>) args[0];
  }

  @SuppressWarnings("unchecked") // what the interface says of its first parameter
  private static Function<Transaction, CompletableFuture<Object>> futureFunction(Object[] args) {
    return (Function<Transaction, CompletableFuture<Object>>) args[0];
  }

  private Executor executor(Object[] args) {
    return args.length > 1 ? (Executor) args[1] : link.executor();
  }

  private @Nullable Object run(Method method, Object[] args) {
    if (!link.mayBlock()) {
      throw new UnsupportedOperationException("nothing may block here: " + method);
    }
    return run(begin(executor(args)), function(args));
  }

  private static Object run(Transaction first, Function<Transaction, Object> function) {
    Transaction tr = first;
    try {
      while (true) {
        try {
          Object value = function.apply(tr);
          tr.commit().join();
          return value;
        } catch (RuntimeException failure) {
          tr = tr.onError(failure).join();
        }
      }
    } finally {
      tr.close();
    }
  }

  private static CompletableFuture<Object> runAsync(
      Transaction tr, Function<Transaction, CompletableFuture<Object>> function) {
    CompletableFuture<Object> committed =
        AsyncUtil.applySafely(function, tr)
            .thenCompose(value -> tr.commit().thenApply(done -> value));
    return AsyncUtil.composeHandleAsync(
            committed,
            (value, failure) ->
                failure == null
                    ? CompletableFuture.completedFuture(value)
                    : tr.onError(failure).thenCompose(next -> runAsync(next, function)),
            tr.getExecutor())
        .whenComplete((value, failure) -> tr.close());
  }
}
