package io.github.grpconce.testing;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.Transaction;
import com.apple.foundationdb.async.AsyncUtil;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The store as a server has it at its end of a {@link StoreLink}. */
final class LinkedDatabase implements InvocationHandler {

  private final StoreLink link;
  private final Database database;

  private LinkedDatabase(StoreLink link) {
    this.link = link;
    this.database = proxy(Database.class, this);
  }

  static Database over(StoreLink link) {
    return new LinkedDatabase(link).database;
  }

  static <T> T proxy(Class<T> type, InvocationHandler handler) {
    ClassLoader loader = LinkedDatabase.class.getClassLoader();
    return type.cast(Proxy.newProxyInstance(loader, new Class<?>[] {type}, handler));
  }

  /** Calls a method as if there were no proxy. */
  static @Nullable Object call(Method method, Object target, Object @Nullable [] args)
      throws Throwable {
    try {
      return method.invoke(target, args);
    } catch (InvocationTargetException e) {
      throw e.getTargetException();
    }
  }

  @Override
  public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] args)
      throws Throwable {
    if (args == null) {
      return switch (method.getName()) {
        case "createTransaction" -> begin(link.store().getExecutor());
        case "close" -> null; // It is the world's.
        default -> call(method, link.store(), null);
      };
    }
    return switch (method.getName()) {
      case "createTransaction" -> begin((Executor) args[0]);
      case "run", "read" -> run(begin(executor(args)), function(args));
      case "runAsync", "readAsync" -> runAsync(begin(executor(args)), futureFunction(args));
      default -> call(method, link.store(), args);
    };
  }

  private Transaction begin(Executor executor) {
    return LinkedTransaction.begin(link, database, executor);
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
    return args.length > 1 ? (Executor) args[1] : link.store().getExecutor();
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
