package io.github.grpconce.simulation.defect;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.MutationType;
import com.apple.foundationdb.Range;
import com.apple.foundationdb.ReadTransaction;
import com.apple.foundationdb.Transaction;
import io.github.grpconce.testing.internal.link.Forwarding;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * A transaction in whose ways a defect meddles, by overriding what it gets wrong.
 *
 * <p>So a defect is planted between the library and the store, without a switch in the library's
 * code and without a copy of it: it works for as long as the library uses FoundationDB's interface.
 */
class MeddledTransaction implements InvocationHandler {

  private final Transaction real;

  MeddledTransaction(Transaction real) {
    this.real = real;
  }

  /** Returns a database with whose transactions is meddled. */
  static Database database(Database store, UnaryOperator<Transaction> meddle) {
    return Forwarding.proxy(
        Database.class,
        (self, method, args) ->
            switch (method.getName()) {
              case "createTransaction" ->
                  meddle.apply((Transaction) Forwarding.call(method, store, args));
              case "runAsync" -> store.runAsync(meddled(args[0], meddle));
              default -> Forwarding.call(method, store, args);
            });
  }

  @SuppressWarnings("unchecked") // what the interface says of its parameter
  private static Function<Transaction, CompletableFuture<Object>> meddled(
      Object work, UnaryOperator<Transaction> meddle) {
    return tr -> ((Function<Transaction, CompletableFuture<Object>>) work).apply(meddle.apply(tr));
  }

  Transaction real() {
    return real;
  }

  Transaction proxy() {
    return Forwarding.proxy(Transaction.class, this);
  }

  @Override
  public final Object invoke(Object self, Method method, Object[] args) throws Throwable {
    return switch (method.getName()) {
      case "get" -> get((byte[]) args[0]);
      case "set" -> {
        set((byte[]) args[0], (byte[]) args[1]);
        yield null;
      }
      case "commit" -> commit();
      case "onError" -> onError((Throwable) args[0]);
      case "close" -> {
        close();
        yield null;
      }
      case "snapshot" -> Forwarding.proxy(ReadTransaction.class, this::invokeSnapshot);
      case "clear" -> {
        clear(method, args);
        yield null;
      }
      case "mutate" -> {
        mutate((MutationType) args[0], (byte[]) args[1], (byte[]) args[2]);
        yield null;
      }
      default -> Forwarding.call(method, real, args);
    };
  }

  private Object invokeSnapshot(Object self, Method method, Object[] args) throws Throwable {
    return method.getName().equals("get")
        ? getSnapshot((byte[]) args[0])
        : Forwarding.call(method, real.snapshot(), args);
  }

  CompletableFuture<byte[]> get(byte[] key) {
    return real.get(key);
  }

  CompletableFuture<byte[]> getSnapshot(byte[] key) {
    return real.snapshot().get(key);
  }

  void set(byte[] key, byte[] value) {
    real.set(key, value);
  }

  private void clear(Method method, Object[] args) throws Throwable {
    if (args[0] instanceof Range range) {
      clear(range);
    } else if (args.length == 1) {
      clear((byte[]) args[0]);
    } else {
      Forwarding.call(method, real, args);
    }
  }

  void clear(byte[] key) {
    real.clear(key);
  }

  void clear(Range range) {
    real.clear(range);
  }

  void mutate(MutationType type, byte[] key, byte[] operand) {
    real.mutate(type, key, operand);
  }

  CompletableFuture<Void> commit() {
    return real.commit();
  }

  CompletableFuture<Transaction> onError(Throwable error) {
    return real.onError(error).thenApply(next -> again(next, error).proxy());
  }

  /** Returns what goes on after an error. */
  MeddledTransaction again(Transaction next, Throwable error) {
    return new MeddledTransaction(next);
  }

  void close() {
    real.close();
  }
}
