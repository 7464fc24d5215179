package io.github.grpconce.teststore;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.ReadTransaction;
import com.apple.foundationdb.Transaction;
import com.apple.foundationdb.async.AsyncIterable;
import com.apple.foundationdb.async.AsyncIterator;
import com.apple.foundationdb.async.AsyncUtil;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A database that waits for the cluster's answers before it returns, so that a test in one thread
 * can look between any two stages. Watches and versionstamps, which others complete, are not waited
 * for; they complete on FoundationDB's own threads.
 *
 * <p>As thread-safe as the database.
 */
final class PromptDatabase {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Database real;
  private final Database prompt;

  private PromptDatabase(Database real) {
    this.real = real;
    this.prompt = proxy(Database.class, (self, method, args) -> onDatabase(method, args));
  }

  static Database over(Database real) {
    return new PromptDatabase(real).prompt;
  }

  private @Nullable Object onDatabase(Method method, Object[] args) throws Throwable {
    return switch (method.getName()) {
      // Not on an executor that is given: what completes there would wait for what comes next.
      case "createTransaction" -> prompt(real.createTransaction());
      case "run", "read" -> run(functionOf(args));
      case "runAsync", "readAsync" -> runAsync(futureFunctionOf(args));
      default -> call(real, method, args);
    };
  }

  private Transaction prompt(Transaction transaction) {
    ReadTransaction snapshot = promptReads(transaction.snapshot());
    return proxy(
        Transaction.class,
        (self, method, args) ->
            switch (method.getName()) {
              case "watch", "getVersionstamp" -> call(transaction, method, args);
              case "onError" -> onError(transaction, (Throwable) args[0]);
              case "getDatabase" -> prompt;
              case "snapshot" -> snapshot;
              default -> onReads(self, transaction, method, args);
            });
  }

  private CompletableFuture<Transaction> onError(Transaction transaction, Throwable failure) {
    return answered(transaction.onError(failure)).thenApply(this::prompt);
  }

  private static ReadTransaction promptReads(ReadTransaction reads) {
    return proxy(ReadTransaction.class, (self, method, args) -> onReads(self, reads, method, args));
  }

  @SuppressWarnings("FutureReturnValueIgnored") // It is returned, as whatever the method returns.
  private static @Nullable Object onReads(
      ReadTransaction self, ReadTransaction real, Method method, Object[] args) throws Throwable {
    return switch (method.getName()) {
      case "snapshot" -> self; // A transaction has its own.
      case "run", "read" -> PromptDatabase.<ReadTransaction>functionOf(args).apply(self);
      case "runAsync", "readAsync" ->
          AsyncUtil.applySafely(PromptDatabase.<ReadTransaction>futureFunctionOf(args), self);
      default -> answered(call(real, method, args));
    };
  }

  @SuppressWarnings("FutureReturnValueIgnored") // It is returned, as whatever the method returns.
  private static @Nullable Object answered(@Nullable Object result) {
    if (result instanceof CompletableFuture<?> future) {
      return answered(future);
    }
    return result instanceof AsyncIterable<?> range ? new Range<>(range) : result;
  }

  private <T> T run(Function<Transaction, T> work) {
    Transaction transaction = prompt(real.createTransaction());
    try {
      while (true) {
        try {
          T result = work.apply(transaction);
          transaction.commit().join();
          return result;
        } catch (RuntimeException failure) {
          transaction = transaction.onError(failure).join();
        }
      }
    } finally {
      transaction.close();
    }
  }

  private CompletableFuture<Object> runAsync(
      Function<Transaction, CompletableFuture<Object>> work) {
    return attempt(prompt(real.createTransaction()), work);
  }

  private CompletableFuture<Object> attempt(
      Transaction transaction, Function<Transaction, CompletableFuture<Object>> work) {
    CompletableFuture<Object> committed =
        AsyncUtil.applySafely(work, transaction)
            .thenCompose(value -> transaction.commit().thenApply(done -> value));
    return AsyncUtil.composeHandle(
        committed,
        (value, failure) ->
            failure == null ? done(transaction, value) : again(transaction, failure, work));
  }

  private static CompletableFuture<Object> done(Transaction transaction, Object value) {
    transaction.close();
    return CompletableFuture.completedFuture(value);
  }

  private CompletableFuture<Object> again(
      Transaction transaction,
      Throwable failure,
      Function<Transaction, CompletableFuture<Object>> work) {
    CompletableFuture<Transaction> next = transaction.onError(failure);
    if (next.isCompletedExceptionally()) {
      transaction.close();
    }
    return next.thenCompose(another -> attempt(another, work));
  }

  /** The same future, when it is done. */
  private static <T> CompletableFuture<T> answered(CompletableFuture<T> future) {
    try {
      future.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException failed) {
      return future;
    } catch (TimeoutException e) {
      throw new IllegalStateException("the cluster does not answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the cluster was asked", e);
    }
    return future;
  }

  private record Range<T>(AsyncIterable<T> real) implements AsyncIterable<T> {

    @Override
    public AsyncIterator<T> iterator() {
      return new Rows<>(real.iterator());
    }

    @Override
    public CompletableFuture<List<T>> asList() {
      return answered(real.asList());
    }
  }

  private record Rows<T>(AsyncIterator<T> real) implements AsyncIterator<T> {

    @Override
    public CompletableFuture<Boolean> onHasNext() {
      return answered(real.onHasNext());
    }

    @Override
    public boolean hasNext() {
      return real.hasNext();
    }

    @Override
    public T next() {
      return real.next();
    }

    @Override
    public void remove() {
      real.remove();
    }

    @Override
    public void cancel() {
      real.cancel();
    }
  }

  @SuppressWarnings("unchecked") // as run declares it
  private static <T> Function<T, Object> functionOf(Object[] args) {
    return (Function<T, Object>) args[0];
  }

  @SuppressWarnings("unchecked") // as runAsync declares it
  private static <T> Function<T, CompletableFuture<Object>> futureFunctionOf(Object[] args) {
    return (Function<T, CompletableFuture<Object>>) args[0];
  }

  private interface Handler<T> {
    @Nullable Object handle(T self, Method method, Object[] args) throws Throwable;
  }

  private static @Nullable Object call(Object target, Method method, Object[] args)
      throws Throwable {
    try {
      return method.invoke(target, args);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private static <T> T proxy(Class<T> type, Handler<T> handler) {
    InvocationHandler invocation =
        (self, method, args) ->
            handler.handle(type.cast(self), method, args == null ? new Object[0] : args);
    return type.cast(
        Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, invocation));
  }
}
