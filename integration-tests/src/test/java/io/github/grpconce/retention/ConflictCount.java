package io.github.grpconce.retention;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.FDBException;
import com.apple.foundationdb.Transaction;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/** Counts the commits of a database's transactions that fail with a conflict. Thread-safe. */
final class ConflictCount {

  private static final int NOT_COMMITTED = 1020;

  private final AtomicLong conflicts = new AtomicLong();

  /** Returns the same database, with its commits counted; not those of its own retry loops. */
  Database in(Database database) {
    return proxy(Database.class, handler(database));
  }

  long value() {
    return conflicts.get();
  }

  private InvocationHandler handler(Object target) {
    return (self, method, args) -> {
      Object result = call(target, method, args);
      if (result instanceof Transaction transaction) {
        return counted(transaction);
      }
      if (method.getName().equals("commit")) {
        return ((CompletableFuture<?>) result).whenComplete((done, failure) -> count(failure));
      }
      return method.getName().equals("onError")
          ? ((CompletableFuture<?>) result).thenApply(fresh -> counted((Transaction) fresh))
          : result;
    };
  }

  private Transaction counted(Transaction transaction) {
    return proxy(Transaction.class, handler(transaction));
  }

  private void count(Throwable failure) {
    if (failure instanceof FDBException error && error.getCode() == NOT_COMMITTED) {
      conflicts.incrementAndGet();
    }
  }

  private static Object call(Object target, Method method, Object[] args) throws Throwable {
    try {
      return method.invoke(target, args);
    } catch (InvocationTargetException e) {
      throw e.getTargetException();
    }
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(
        Proxy.newProxyInstance(
            ConflictCount.class.getClassLoader(), new Class<?>[] {type}, handler));
  }
}
