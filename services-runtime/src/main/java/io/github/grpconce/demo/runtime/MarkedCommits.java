package io.github.grpconce.demo.runtime;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.FDBException;
import com.apple.foundationdb.Transaction;
import com.apple.foundationdb.subspace.Subspace;
import com.apple.foundationdb.tuple.Tuple;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A database's transactions, each of whose commits leaves a mark of its own. A commit of which the
 * client can't say whether it landed is logged with its mark, so that somebody who reads the store
 * when all is over can tell. For tests under faults: a mark is a key that nobody removes.
 *
 * <p>Only what is begun with {@code createTransaction} is marked, as the guard does; the database's
 * own retry loops are not. A commit that writes nothing has no mark.
 *
 * <p>Thread-safe.
 */
public final class MarkedCommits {

  /** What a line of the log says before the mark. */
  public static final String UNKNOWN = "a commit's result is unknown, its mark is ";

  private static final Logger LOG = Logger.getLogger(MarkedCommits.class.getName());

  private static final byte[] NOTHING = {};

  private final Database database;
  private final Subspace marks;

  private MarkedCommits(Database database, Subspace marks) {
    this.database = database;
    this.marks = marks;
  }

  /**
   * Returns the same database, with marks.
   *
   * @param marks holds nothing else
   */
  static Database of(Database database, Subspace marks) {
    MarkedCommits commits = new MarkedCommits(database, marks);
    return proxy(Database.class, commits::inDatabase);
  }

  /** Returns whether the commit that has this mark has landed. Blocks. */
  public static boolean landed(Database database, Subspace marks, UUID mark) {
    return database.read(
        transaction -> transaction.get(marks.pack(Tuple.from(mark))).join() != null);
  }

  private @Nullable Object inDatabase(Object self, Method method, Object @Nullable [] args)
      throws Throwable {
    Object result = call(database, method, args);
    return result instanceof Transaction transaction ? marked(transaction) : result;
  }

  private Transaction marked(Transaction transaction) {
    return proxy(Transaction.class, new Marked(transaction));
  }

  private static boolean isUnknown(@Nullable Throwable failure) {
    return failure instanceof FDBException error
        && switch (error.getCode()) {
          // Unknown result, timed out, cluster version changed: the commit may land all the same.
          case 1021, 1031, 1039 -> true;
          default -> false;
        };
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(
        Proxy.newProxyInstance(
            MarkedCommits.class.getClassLoader(), new Class<?>[] {type}, handler));
  }

  private static @Nullable Object call(Object target, Method method, Object @Nullable [] args)
      throws Throwable {
    try {
      return method.invoke(target, args);
    } catch (InvocationTargetException e) {
      throw e.getTargetException();
    }
  }

  /** One handle of a transaction. */
  private final class Marked implements InvocationHandler {

    private final Transaction transaction;
    private volatile boolean writing;

    private Marked(Transaction transaction) {
      this.transaction = transaction;
    }

    @Override
    public @Nullable Object invoke(Object self, Method method, Object @Nullable [] args)
        throws Throwable {
      switch (method.getName()) {
        case "set", "clear", "clearRangeStartsWith", "mutate" -> writing = true;
        case "commit" -> {
          return commit();
        }
        case "onError" -> {
          return transaction
              .onError((Throwable) Objects.requireNonNull(args)[0])
              .thenApply(MarkedCommits.this::marked);
        }
        default -> {}
      }
      return call(transaction, method, args);
    }

    private CompletableFuture<Void> commit() {
      if (!writing) {
        return transaction.commit();
      }
      UUID mark = UUID.randomUUID();
      transaction.set(marks.pack(Tuple.from(mark)), NOTHING);
      return transaction
          .commit()
          .whenComplete(
              (done, failure) -> {
                if (isUnknown(failure)) {
                  LOG.info(() -> UNKNOWN + mark);
                }
              });
    }
  }
}
