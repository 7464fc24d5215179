package io.github.grpconce.internal.record;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.ReadTransaction;
import com.apple.foundationdb.Transaction;
import com.apple.foundationdb.async.AsyncUtil;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;

/** A database as somebody sees it who stands between it and its user, at every operation. */
public final class DatabaseView {

  /** An operation on a transaction that is about to happen. */
  public interface Operation {

    /** The method's name, such as {@code get}. */
    String name();

    List<Object> arguments();

    /** Its first argument; null if it has none. */
    default Object argument() {
      return arguments().isEmpty() ? null : arguments().get(0);
    }

    /** Lets it happen. */
    Object proceed();

    /** Lets it happen after something else; its result must be a future. */
    default Object proceedAfter(CompletableFuture<?> earlier) {
      return proceedBetween(() -> earlier, () -> CompletableFuture.completedFuture(null));
    }

    /** Lets it happen after something else, and its user go on after a third thing. */
    @SuppressWarnings("FutureReturnValueIgnored") // it goes on as the operation's result
    default Object proceedBetween(
        Supplier<CompletableFuture<?>> before, Supplier<CompletableFuture<?>> after) {
      return before
          .get()
          .thenCompose(begun -> (CompletableFuture<?>) proceed())
          .thenCompose(result -> after.get().thenApply(done -> result));
    }
  }

  /** Who stands between. */
  public interface Observer {

    /** Returns the operation's result, or another; or throws. */
    Object around(Operation operation);
  }

  private record Invoked(Object target, Method method, List<Object> arguments)
      implements Operation {

    @Override
    public String name() {
      return method.getName();
    }

    @Override
    public Object proceed() {
      try {
        return method.invoke(target, arguments.toArray());
      } catch (InvocationTargetException e) {
        if (e.getCause() instanceof RuntimeException failure) {
          throw failure;
        }
        throw new AssertionError(e);
      } catch (IllegalAccessException e) {
        throw new AssertionError(e);
      }
    }
  }

  private final Database real;
  private final Observer observer;

  private DatabaseView(Database real, Observer observer) {
    this.real = real;
    this.observer = observer;
  }

  public static Database of(Database real, Observer observer) {
    return new DatabaseView(real, observer).database();
  }

  /** A future as an operation's result. */
  @SuppressWarnings("FutureReturnValueIgnored") // it goes on as the operation's result
  public static Object result(CompletableFuture<?> future) {
    return future;
  }

  private Database database() {
    return proxy(Database.class, this::onDatabase);
  }

  private Object onDatabase(Invoked invoked) {
    return switch (invoked.name()) {
      case "createTransaction" -> wrap((Transaction) invoked.proceed());
      case "runAsync" -> runAsync(invoked.arguments());
      case "getExecutor" -> invoked.proceed();
      default -> throw new UnsupportedOperationException(invoked.name());
    };
  }

  private Transaction wrap(Transaction transaction) {
    return proxy(
        Transaction.class,
        invoked ->
            switch (invoked.name()) {
              case "onError" ->
                  transaction.onError((Throwable) invoked.argument()).thenApply(this::wrap);
              case "snapshot" -> wrapReads(transaction.snapshot());
              case "options", "close", "getDatabase", "getExecutor" -> invoked.proceed();
              default -> observer.around(invoked);
            },
        transaction);
  }

  private ReadTransaction wrapReads(ReadTransaction reads) {
    return proxy(ReadTransaction.class, observer::around, reads);
  }

  @SuppressWarnings("unchecked") // as runAsync declares it
  private CompletableFuture<Object> runAsync(List<Object> arguments) {
    Executor executor = (Executor) arguments.get(1);
    var work = (Function<Transaction, CompletableFuture<Object>>) arguments.get(0);
    return attempt(wrap(real.createTransaction(executor)), work, executor);
  }

  private CompletableFuture<Object> attempt(
      Transaction transaction,
      Function<Transaction, CompletableFuture<Object>> work,
      Executor executor) {
    CompletableFuture<Object> committed =
        AsyncUtil.applySafely(work, transaction)
            .thenCompose(value -> transaction.commit().thenApply(done -> value));
    return AsyncUtil.composeHandleAsync(
        committed,
        (value, failure) -> {
          if (failure == null) {
            transaction.close();
            return CompletableFuture.completedFuture(value);
          }
          return transaction.onError(failure).thenCompose(again -> attempt(again, work, executor));
        },
        executor);
  }

  private interface Handler {
    Object handle(Invoked invoked);
  }

  private <T> T proxy(Class<T> type, Handler handler) {
    return proxy(type, handler, real);
  }

  private static <T> T proxy(Class<T> type, Handler handler, Object target) {
    InvocationHandler invocation =
        (self, method, arguments) ->
            handler.handle(
                new Invoked(
                    target, method, arguments == null ? List.of() : Arrays.asList(arguments)));
    return type.cast(
        Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, invocation));
  }
}
