package io.github.grpconce.testing.internal.link;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.ReadTransaction;
import com.apple.foundationdb.Transaction;
import com.apple.foundationdb.async.AsyncIterable;
import com.apple.foundationdb.async.AsyncUtil;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One handle of a transaction at the process's end of a {@link TransactionLink}. */
final class LinkedTransaction implements InvocationHandler {

  private final TransactionLink link;
  private final Database database;
  private final Transaction proxy;
  private final ReadTransaction snapshot;

  private LinkedTransaction(TransactionLink link, Database database) {
    this.link = link;
    this.database = database;
    this.proxy = Forwarding.proxy(Transaction.class, this);
    this.snapshot = Forwarding.proxy(ReadTransaction.class, this::invokeSnapshot);
  }

  static Transaction over(TransactionLink link, Database database) {
    return new LinkedTransaction(link, database).proxy;
  }

  @Override
  public @Nullable Object invoke(Object self, Method method, Object @Nullable [] args)
      throws Throwable {
    if (args == null) {
      return switch (method.getName()) {
        case "commit" -> link.commit();
        case "cancel" -> done(link::cancel);
        case "close" -> done(link::close);
        case "getDatabase" -> database;
        case "getVersionstamp" -> link.await(link.transaction().getVersionstamp());
        default -> own(method, link.transaction());
      };
    }
    return switch (method.getName()) {
      case "onError" -> link.onError((Throwable) args[0], next -> over(next, database));
      case "run", "read" -> function(args).apply(proxy);
      case "runAsync", "readAsync" -> AsyncUtil.applySafely(futureFunction(args), proxy);
      case "watch" -> link.watch(link.transaction().watch((byte[]) args[0]));
      case "set", "clear", "clearRangeStartsWith", "mutate" -> write(method, args);
      default -> answered(method, link.transaction(), args);
    };
  }

  private @Nullable Object invokeSnapshot(Object self, Method method, Object @Nullable [] args)
      throws Throwable {
    ReadTransaction target = link.transaction().snapshot();
    if (args == null) {
      return own(method, target);
    }
    return switch (method.getName()) {
      case "read" -> function(args).apply(snapshot);
      case "readAsync" -> AsyncUtil.applySafely(futureFunction(args), snapshot);
      default -> answered(method, target, args);
    };
  }

  /** What a transaction and its snapshot have of their own at this end. */
  private @Nullable Object own(Method method, ReadTransaction target) throws Throwable {
    return switch (method.getName()) {
      case "snapshot" -> snapshot;
      case "options" -> link.options();
      case "getExecutor" -> link.executor();
      default -> answered(method, target, null);
    };
  }

  private static @Nullable Object done(Runnable action) {
    action.run();
    return null;
  }

  @SuppressWarnings("unchecked") // what the interface says of its only parameter
  private static Function<Object, Object> function(Object[] args) {
    return (Function<Object, Object>) args[0];
  }

  @SuppressWarnings("unchecked") // what the interface says of its only parameter
  private static Function<Object, CompletableFuture<Object>> futureFunction(Object[] args) {
    return (Function<Object, CompletableFuture<Object>>) args[0];
  }

  private @Nullable Object write(Method method, Object[] args) throws Throwable {
    link.wrote(Question.of(method, args));
    return Forwarding.call(method, link.transaction(), args);
  }

  private @Nullable Object answered(Method method, ReadTransaction target, Object @Nullable [] args)
      throws Throwable {
    if (CompletableFuture.class.isAssignableFrom(method.getReturnType())) {
      return link.read(Question.of(method, args), () -> future(method, target, args));
    }
    Object result = Forwarding.call(method, target, args);
    return result instanceof AsyncIterable<?> range
        ? new LinkedRange<>(link, Question.of(method, args), range)
        : result;
  }

  private static CompletableFuture<?> future(
      Method method, ReadTransaction target, Object @Nullable [] args) {
    try {
      return (CompletableFuture<?>) Objects.requireNonNull(Forwarding.call(method, target, args));
    } catch (Throwable e) {
      return CompletableFuture.failedFuture(e);
    }
  }
}
