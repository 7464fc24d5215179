package io.github.grpconce.simulation;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.ReadTransaction;
import com.apple.foundationdb.Transaction;
import com.apple.foundationdb.TransactionOptions;
import com.apple.foundationdb.async.AsyncIterable;
import com.apple.foundationdb.async.AsyncIterator;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One handle of a transaction at the process's end of a {@link StoreLink}.
 *
 * <p>What is read is read at once, and answered later; a commit travels first. A proxy, because
 * nearly all of FoundationDB's many methods are to be treated alike.
 */
final class LinkedTransaction implements InvocationHandler {

  private static final int TIMEOUT_OPTION = 500;

  private final StoreLink link;
  private final Database database;
  private final TransactionLife life;
  private final Transaction real;
  private final Transaction proxy;
  private final ReadTransaction snapshot;
  private final TransactionOptions options;
  private final LinkedCommit commit;

  private LinkedTransaction(
      StoreLink link, Database database, TransactionLife life, Transaction real) {
    this.link = link;
    this.database = database;
    this.life = life;
    this.real = real;
    this.proxy = proxy(Transaction.class, this);
    this.snapshot = proxy(ReadTransaction.class, this::invokeSnapshot);
    this.options = new TransactionOptions(this::setOption);
    this.commit = new LinkedCommit(link, life, real);
  }

  static Transaction begin(StoreLink link, Database database) {
    Transaction real = link.store().createTransaction(Runnable::run);
    return new LinkedTransaction(link, database, new TransactionLife(link), real).proxy;
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    ClassLoader loader = LinkedTransaction.class.getClassLoader();
    return type.cast(Proxy.newProxyInstance(loader, new Class<?>[] {type}, handler));
  }

  @Override
  public @Nullable Object invoke(Object self, Method method, Object @Nullable [] args)
      throws Throwable {
    return switch (method.getName()) {
      case "commit" -> commit.begin();
      case "onError" -> onError((Throwable) only(args));
      case "cancel" -> cancel();
      case "close" -> close();
      case "options" -> options;
      case "snapshot" -> snapshot;
      case "watch" ->
          LinkedWatch.begin(link, life, (CompletableFuture<?>) call(method, real, args));
      case "getDatabase" -> database;
      case "getExecutor" -> link.host();
      default -> answered(call(method, real, args));
    };
  }

  private static Object only(Object @Nullable [] args) {
    if (args == null || args.length != 1) {
      throw new IllegalArgumentException("one argument was expected");
    }
    return args[0];
  }

  private @Nullable Object cancel() {
    life.end(TransactionLife.CANCELLED);
    return null;
  }

  private @Nullable Object close() {
    life.close();
    commit.closeWhenSettled();
    return null;
  }

  private @Nullable Object invokeSnapshot(Object self, Method method, Object @Nullable [] args)
      throws Throwable {
    return switch (method.getName()) {
      case "snapshot" -> snapshot;
      case "options" -> options;
      case "getExecutor" -> link.host();
      default -> answered(call(method, real.snapshot(), args));
    };
  }

  private static @Nullable Object call(Method method, Object target, Object @Nullable [] args)
      throws Throwable {
    try {
      return method.invoke(target, args);
    } catch (InvocationTargetException e) {
      throw e.getTargetException();
    }
  }

  private void setOption(int code, byte[] value) {
    if (code == TIMEOUT_OPTION) {
      life.limitTo(value);
    } else {
      real.options().getOptionConsumer().setOption(code, value);
    }
  }

  private @Nullable Object answered(@Nullable Object result) {
    if (result instanceof CompletableFuture<?> there) {
      return answered(there);
    }
    return result instanceof AsyncIterable<?> range ? new Answers<>(range) : result;
  }

  private <T> CompletableFuture<T> answered(CompletableFuture<T> there) {
    CompletableFuture<T> here = life.pending();
    if (link.weather().strikes(Fault.STORE_TOO_OLD)) {
      link.fail(here, StoreTrouble.TOO_OLD);
    } else if (link.weather().strikes(Fault.STORE_BUSY)) {
      link.fail(here, StoreTrouble.PROCESS_BEHIND);
    } else {
      link.pass(there, here);
    }
    return here;
  }

  /** A range as a whole is answered like a value; one by one it is the store's own iterator. */
  private final class Answers<T> implements AsyncIterable<T> {
    private final AsyncIterable<T> range;

    Answers(AsyncIterable<T> range) {
      this.range = range;
    }

    @Override
    public AsyncIterator<T> iterator() {
      return range.iterator();
    }

    @Override
    public CompletableFuture<List<T>> asList() {
      return answered(range.asList());
    }
  }

  private CompletableFuture<Transaction> onError(Throwable error) {
    if (commit.isInFlight()) {
      life.end(TransactionLife.CANCELLED);
      return CompletableFuture.failedFuture(error);
    }
    life.reset();
    CompletableFuture<Transaction> here = life.pending();
    link.pass(real.onError(error).thenApply(this::next), here);
    return here;
  }

  private Transaction next(Transaction fresh) {
    if (life.isClosed()) {
      fresh.close();
    }
    return new LinkedTransaction(link, database, life, fresh).proxy;
  }
}
