package io.github.grpconce;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.FDBException;
import com.apple.foundationdb.Transaction;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/**
 * Puts faults between a database and who uses it: what is queued here happens to the next commits,
 * one each, and then all is well again.
 */
public final class FaultyDatabase {

  private final Database real;
  private final Queue<UnaryOperator<CommitCall>> commits = new ConcurrentLinkedQueue<>();
  private final Queue<Runnable> transactions = new ConcurrentLinkedQueue<>();
  private final AtomicInteger commitsSeen = new AtomicInteger();
  private final AtomicInteger backOffs = new AtomicInteger();
  private final AtomicInteger watches = new AtomicInteger();
  private final AtomicInteger opened = new AtomicInteger();
  private final AtomicInteger closed = new AtomicInteger();
  private volatile CompletableFuture<Void> backOff = CompletableFuture.completedFuture(null);
  private volatile FDBException unreachable;
  private volatile CompletableFuture<Void> readVersions = CompletableFuture.completedFuture(null);
  private volatile FDBException creationFailure;
  private volatile boolean forgetful;

  public FaultyDatabase(Database real) {
    this.real = real;
  }

  /** A commit that is about to happen. */
  public interface CommitCall {
    CompletableFuture<Void> commit();
  }

  /** The database with the faults. */
  public Database database() {
    return proxy(Database.class, (method, args) -> onDatabase(method, args));
  }

  /** Lets a function stand between the next commit and the database. */
  public FaultyDatabase onNextCommit(UnaryOperator<CommitCall> fault) {
    commits.add(fault);
    return this;
  }

  /** The next commit is lost, and answered with this error. */
  public FaultyDatabase dropNextCommit(int code) {
    return onNextCommit(commit -> () -> CompletableFuture.failedFuture(error(code)));
  }

  /** The next commit takes effect, and is answered with this error. */
  public FaultyDatabase landNextCommit(int code) {
    return onNextCommit(
        commit ->
            () -> commit.commit().thenCompose(done -> CompletableFuture.failedFuture(error(code))));
  }

  /** From now on transactions go on after an error when this future completes, or fail with it. */
  public void backOffUntil(CompletableFuture<Void> future) {
    backOff = future;
  }

  /** From now on transactions have no timeout any more when they go on after an error. */
  public void forgetTimeouts() {
    forgetful = true;
  }

  /** How often a transaction was to go on after an error. */
  public int backOffs() {
    return backOffs.get();
  }

  /** From now on every transaction fails when it begins to read. */
  public void becomeUnreachable() {
    unreachable = error(1031);
  }

  public void becomeReachable() {
    unreachable = null;
  }

  /** From now on transactions get their read versions when this future completes. */
  public void answerWhen(CompletableFuture<Void> future) {
    readVersions = future;
  }

  /** From now on no transaction can be made. */
  public void failToCreate(FDBException failure) {
    creationFailure = failure;
  }

  /** Lets something happen when the next transaction is made. */
  public void onNextTransaction(Runnable meanwhile) {
    transactions.add(meanwhile);
  }

  /** How many commits were tried. */
  public int commits() {
    return commitsSeen.get();
  }

  /** How many transactions were made. */
  public int transactions() {
    return opened.get();
  }

  /** How many transactions were made and not yet closed. */
  public int openTransactions() {
    return opened.get() - closed.get();
  }

  /** Waits until every transaction is closed; what a cluster's watch has woken ends elsewhere. */
  public synchronized void awaitNoOpenTransaction(Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    try {
      while (openTransactions() > 0) {
        long leftMillis = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        if (leftMillis <= 0) {
          throw new AssertionError(openTransactions() + " transactions are still open");
        }
        wait(leftMillis);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  private synchronized void close(AtomicInteger open) {
    closed.addAndGet(open.getAndSet(0));
    notifyAll();
  }

  /** How many watches still wait for a change. */
  public int watches() {
    return watches.get();
  }

  public static FDBException error(int code) {
    return new FDBException("error " + code, code);
  }

  private Object onDatabase(Method method, Object[] args) throws Throwable {
    if (creationFailure != null && method.getName().equals("createTransaction")) {
      throw creationFailure;
    }
    Object result = call(real, method, args);
    if (result instanceof Transaction transaction) {
      opened.incrementAndGet();
      Runnable meanwhile = transactions.poll();
      if (meanwhile != null) {
        meanwhile.run();
      }
      return wrap(transaction);
    }
    return result;
  }

  private Transaction wrap(Transaction transaction) {
    AtomicInteger open = new AtomicInteger(1);
    return proxy(
        Transaction.class, (method, args) -> onTransaction(transaction, open, method, args));
  }

  @SuppressWarnings("FutureReturnValueIgnored") // It is returned, as whatever the method returns.
  private Object onTransaction(
      Transaction transaction, AtomicInteger open, Method method, Object[] args) throws Throwable {
    return switch (method.getName()) {
      case "commit" -> commit(transaction);
      case "getReadVersion" ->
          unreachable == null
              ? readVersions.thenCompose(go -> transaction.getReadVersion())
              : CompletableFuture.failedFuture(unreachable);
      case "onError" -> onError(transaction, open, (Throwable) args[0]);
      case "close" -> {
        close(open);
        yield call(transaction, method, args);
      }
      case "watch" -> counted(transaction.watch((byte[]) args[0]));
      case "run", "runAsync" ->
          throw new UnsupportedOperationException("the code under test has no use for it");
      default -> call(transaction, method, args);
    };
  }

  private CompletableFuture<Void> counted(CompletableFuture<Void> watch) {
    watches.incrementAndGet();
    var unused = watch.whenComplete((changed, failure) -> watches.decrementAndGet());
    return watch;
  }

  private CompletableFuture<Transaction> onError(
      Transaction transaction, AtomicInteger open, Throwable error) {
    CompletableFuture<Transaction> ready = transaction.onError(error);
    backOffs.incrementAndGet();
    return ready.thenCombine(backOff, (fresh, waited) -> reopened(fresh, open));
  }

  /** The old handle is closed with that, and there is a new one. */
  private Transaction reopened(Transaction fresh, AtomicInteger oldOpen) {
    close(oldOpen);
    opened.incrementAndGet();
    if (forgetful) {
      fresh.options().setTimeout(0);
    }
    return wrap(fresh);
  }

  private CompletableFuture<Void> commit(Transaction transaction) {
    commitsSeen.incrementAndGet();
    UnaryOperator<CommitCall> fault = commits.poll();
    CommitCall real = transaction::commit;
    return (fault == null ? real : fault.apply(real)).commit();
  }

  private static Object call(Object target, Method method, Object[] args) throws Throwable {
    try {
      return method.invoke(target, args);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private interface Handler {
    Object handle(Method method, Object[] args) throws Throwable;
  }

  private static <T> T proxy(Class<T> type, Handler handler) {
    InvocationHandler invocation = (self, method, args) -> handler.handle(method, args);
    return type.cast(
        Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, invocation));
  }
}
