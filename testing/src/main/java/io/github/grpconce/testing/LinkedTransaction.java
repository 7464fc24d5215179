package io.github.grpconce.testing;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.ReadTransaction;
import com.apple.foundationdb.Transaction;
import com.apple.foundationdb.async.AsyncIterable;
import com.apple.foundationdb.async.AsyncUtil;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One handle of a transaction at the server's end of a {@link StoreLink}.
 *
 * <p>A proxy, because nearly all of FoundationDB's many methods are to be treated alike: what has
 * an answer is a step.
 */
final class LinkedTransaction implements InvocationHandler {

  private final StoreLink link;
  private final Database database;
  private final Transaction real;
  private final Transaction proxy;
  private final ReadTransaction snapshot;
  private final LinkedCommit commit;

  private LinkedTransaction(StoreLink link, Database database, Transaction real) {
    this.link = link;
    this.database = database;
    this.real = real;
    this.proxy = LinkedDatabase.proxy(Transaction.class, this);
    this.snapshot = LinkedDatabase.proxy(ReadTransaction.class, this::invokeSnapshot);
    this.commit = new LinkedCommit(link, real);
  }

  static Transaction begin(StoreLink link, Database database, Executor executor) {
    return new LinkedTransaction(link, database, link.store().createTransaction(executor)).proxy;
  }

  @Override
  public @Nullable Object invoke(Object self, Method method, Object @Nullable [] args)
      throws Throwable {
    if (args == null) {
      return switch (method.getName()) {
        case "commit" -> commit.begin();
        case "close" -> commit.close();
        case "cancel" -> commit.cancel();
        case "snapshot" -> snapshot;
        case "getDatabase" -> database;
        case "getVersionstamp" -> link.await(real.getVersionstamp());
        default -> answered(method, real, null);
      };
    }
    return switch (method.getName()) {
      case "onError" -> onError((Throwable) args[0]);
      case "run", "read" -> function(args).apply(proxy);
      case "runAsync", "readAsync" -> AsyncUtil.applySafely(futureFunction(args), proxy);
      case "watch" -> link.await(real.watch((byte[]) args[0]));
      case "set", "clear", "clearRangeStartsWith", "mutate" -> write(method, args);
      default -> answered(method, real, args);
    };
  }

  private @Nullable Object invokeSnapshot(Object self, Method method, Object @Nullable [] args)
      throws Throwable {
    if (args == null) {
      return method.getName().equals("snapshot")
          ? snapshot
          : answered(method, real.snapshot(), null);
    }
    return switch (method.getName()) {
      case "read" -> function(args).apply(snapshot);
      case "readAsync" -> AsyncUtil.applySafely(futureFunction(args), snapshot);
      default -> answered(method, real.snapshot(), args);
    };
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
    commit.note(method.getName(), args);
    return LinkedDatabase.call(method, real, args);
  }

  private @Nullable Object answered(Method method, ReadTransaction target, Object @Nullable [] args)
      throws Throwable {
    String what = describe(method, args);
    if (CompletableFuture.class.isAssignableFrom(method.getReturnType())) {
      return link.read(what, () -> future(method, target, args));
    }
    Object result = LinkedDatabase.call(method, target, args);
    return result instanceof AsyncIterable<?> range ? new LinkedRange<>(link, what, range) : result;
  }

  private static CompletableFuture<?> future(
      Method method, ReadTransaction target, Object @Nullable [] args) {
    try {
      return (CompletableFuture<?>)
          Objects.requireNonNull(LinkedDatabase.call(method, target, args));
    } catch (Throwable e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** The guard always asks for the read version of what it reads. */
  private static String describe(Method method, Object @Nullable [] args) {
    return switch (method.getName()) {
      case "getReadVersion" -> "reads " + Printed.GUARDS_RECORDS;
      case "get", "getKey", "getRange" -> "reads " + (args == null ? "" : Printed.subject(args[0]));
      default -> method.getName();
    };
  }

  private CompletableFuture<Transaction> onError(Throwable error) {
    if (commit.isInFlight()) {
      return CompletableFuture.failedFuture(error);
    }
    CompletableFuture<Transaction> next = link.host().promise();
    link.host()
        .pass(
            () ->
                link.host()
                    .pass(
                        real.onError(error)
                            .thenApply(fresh -> new LinkedTransaction(link, database, fresh).proxy),
                        next));
    return next;
  }
}
