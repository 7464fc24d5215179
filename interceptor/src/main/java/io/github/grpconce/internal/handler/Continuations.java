package io.github.grpconce.internal.handler;

import com.apple.foundationdb.async.AsyncIterable;
import io.grpc.Context;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;

/**
 * Where the continuations of a handler's futures run: within its execution's {@link Context}, on
 * its own threads.
 *
 * <p>FoundationDB completes futures on threads of its own, where no Context is: a call made there
 * would not be a child of the execution, and a conflict would make it twice. Thread-safe.
 */
public final class Continuations implements Executor {

  private final HandlerThreads threads;

  /** Set before the handler is called. */
  private volatile Context context = Context.ROOT;

  private Continuations(HandlerThreads threads) {
    this.threads = threads;
  }

  public static Continuations on(Executor executor, UnaryOperator<Runnable> captured) {
    return new Continuations(new HandlerThreads(executor, captured));
  }

  /** Returns those of another context of the same execution. */
  public Continuations ofAnotherContext() {
    return new Continuations(threads);
  }

  /** Sets the context. Not earlier, because it holds the transaction that these belong to. */
  public Continuations within(Context of) {
    context = of;
    return this;
  }

  public HandlerThreads threads() {
    return threads;
  }

  /** Runs a continuation: at once in a thread of the handler, or else when it is given one. */
  @Override
  public void execute(Runnable task) {
    if (threads.isHere()) {
      context.run(task);
    } else {
      threads.executeContinuation(() -> context.run(task));
    }
  }

  /** Runs something in this thread, whose it may be, within the handler's context. */
  public void runHere(Runnable task) {
    threads.runElsewhere(() -> context.run(task));
  }

  /** Returns an executor that has others run tasks, within the handler's context all the same. */
  public Executor on(Executor other) {
    return other == this ? this : task -> other.execute(() -> runHere(task));
  }

  /**
   * Returns a future that is completed as the given one is, with continuations as they are here.
   */
  <T> CompletableFuture<T> of(CompletableFuture<T> source) {
    return HandlerFuture.following(source, this);
  }

  /** Returns the same for a future that the handler's own continuations may have to complete. */
  public <T> CompletableFuture<T> ofWork(CompletableFuture<T> source) {
    return HandlerFuture.followingWork(source, this);
  }

  <T> AsyncIterable<T> of(AsyncIterable<T> range) {
    return new HandlerRange<>(range, this);
  }
}
