package io.github.grpconce.internal.handler;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A future that the guard gives to a handler, and all that follow from it: their continuations run
 * within the handler's context, on its threads.
 *
 * <p>It is completed where the store answers, so that nobody who waits for it needs a thread of the
 * handlers' executor; and within the context there, too, for the sake of what follows from it
 * otherwise, such as {@link CompletableFuture#allOf}.
 */
public class HandlerFuture<T extends @Nullable Object> extends CompletableFuture<T> {

  private static final long FOR_EVER = Long.MAX_VALUE / 2;

  private final Continuations continuations;

  /** What it follows; null for a continuation. */
  private final @Nullable CompletableFuture<T> source;

  /** The store's future that comes first: this one, too, waits for it at least. */
  private final @Nullable CompletableFuture<?> first;

  HandlerFuture(Continuations continuations, @Nullable CompletableFuture<T> source) {
    this.continuations = continuations;
    this.source = source;
    this.first = source;
  }

  /** A continuation of another one. */
  HandlerFuture(HandlerFuture<?> before) {
    this.continuations = before.continuations;
    this.source = null;
    this.first = before.first;
  }

  private HandlerFuture(
      Continuations continuations,
      CompletableFuture<T> source,
      @Nullable CompletableFuture<?> first) {
    this.continuations = continuations;
    this.source = source;
    this.first = first;
  }

  /** Returns what follows a future of the store's own, which needs no thread of the handler's. */
  static <T> CompletableFuture<T> following(
      CompletableFuture<T> source, Continuations continuations) {
    return new HandlerFuture<>(continuations, source).follow();
  }

  /** Returns what follows a future that the handler's own continuations may have to complete. */
  static <T> CompletableFuture<T> followingWork(
      CompletableFuture<T> source, Continuations continuations) {
    return new HandlerFuture<>(continuations, source, null).follow();
  }

  /** Returns one of the guard's own: what follows from it needs no thread of the handler's. */
  public static <T> CompletableFuture<T> plain(CompletableFuture<? extends T> handlers) {
    CompletableFuture<T> plain = new CompletableFuture<>();
    BiConsumer<T, Throwable> relay =
        (value, failure) -> {
          if (failure == null) {
            plain.complete(value);
          } else {
            plain.completeExceptionally(failure);
          }
        };
    if (handlers instanceof HandlerFuture<? extends T> own) {
      own.whenDone(relay);
    } else {
      var unused = handlers.whenComplete(relay);
    }
    return plain;
  }

  private void whenDone(BiConsumer<? super T, ? super Throwable> listener) {
    var unused = super.whenComplete(listener);
  }

  HandlerFuture<T> follow() {
    if (source != null) {
      var unused =
          source.whenComplete(
              (value, failure) -> {
                if (failure == null) {
                  complete(value);
                } else {
                  completeExceptionally(failure);
                }
              });
    }
    return this;
  }

  /** Whoever completes it: a timer, for one, has no context. */
  @Override
  public boolean complete(T value) {
    return inContext(() -> super.complete(value));
  }

  @Override
  public boolean completeExceptionally(Throwable failure) {
    return inContext(() -> super.completeExceptionally(failure));
  }

  private boolean inContext(BooleanSupplier completion) {
    AtomicBoolean completed = new AtomicBoolean();
    continuations.runHere(() -> completed.set(completion.getAsBoolean()));
    return completed.get();
  }

  /** What a continuation goes on with may be anybody's future, such as a call's. */
  private <V, U> Function<V, CompletionStage<U>> given(
      Function<? super V, ? extends CompletionStage<U>> fn) {
    return value -> continuations.ofWork(fn.apply(value).toCompletableFuture());
  }

  /** Nobody needs what it follows any more, either. */
  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    boolean cancelled = super.cancel(mayInterruptIfRunning);
    if (source != null) {
      source.cancel(mayInterruptIfRunning);
    }
    return cancelled;
  }

  @Override
  public <U> CompletableFuture<U> newIncompleteFuture() {
    return new HandlerFuture<>(this);
  }

  @Override
  public Executor defaultExecutor() {
    return continuations;
  }

  /** Has whatever depends on this future only in the context, however it is used. */
  @Override
  public CompletionStage<T> minimalCompletionStage() {
    return copy();
  }

  @Override
  public T join() {
    boolean interrupted = false;
    while (true) {
      try {
        await(FOR_EVER);
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return super.join();
  }

  @Override
  public T get() throws InterruptedException, ExecutionException {
    await(FOR_EVER);
    return super.get();
  }

  @Override
  public T get(long timeout, TimeUnit unit)
      throws InterruptedException, ExecutionException, TimeoutException {
    long begin = System.nanoTime();
    await(unit.toNanos(timeout));
    long left = unit.toNanos(timeout) - (System.nanoTime() - begin);
    return super.get(Math.max(0, left), TimeUnit.NANOSECONDS);
  }

  /**
   * Waits, first for the store, as whoever waits for its own future does. Then a thread of the
   * handler has to run what it waits for, if nobody else can.
   */
  private void await(long nanos) throws InterruptedException {
    if (isDone()) {
      return;
    }
    long begin = System.nanoTime();
    if (first != null) {
      awaitFirst(first, nanos);
    }
    HandlerThreads threads = continuations.threads();
    if (!isDone() && (first == null || source == null) && threads.isHere()) {
      whenDone((value, failure) -> threads.wake());
      boolean unused = threads.await(this::isDone, nanos - (System.nanoTime() - begin));
    }
  }

  private static void awaitFirst(CompletableFuture<?> first, long nanos)
      throws InterruptedException {
    try {
      Object unused = first.get(nanos, TimeUnit.NANOSECONDS);
    } catch (ExecutionException | CancellationException | TimeoutException e) {
      // Told to whoever waits, as this future's own.
    }
  }

  // Continuations, each form of which is the one with an executor.

  @Override
  public <U> CompletableFuture<U> thenApply(Function<? super T, ? extends U> fn) {
    return super.thenApplyAsync(fn, continuations);
  }

  @Override
  public <U> CompletableFuture<U> thenApplyAsync(
      Function<? super T, ? extends U> fn, Executor executor) {
    return super.thenApplyAsync(fn, continuations.on(executor));
  }

  @Override
  public CompletableFuture<Void> thenAccept(Consumer<? super T> action) {
    return super.thenAcceptAsync(action, continuations);
  }

  @Override
  public CompletableFuture<Void> thenAcceptAsync(Consumer<? super T> action, Executor executor) {
    return super.thenAcceptAsync(action, continuations.on(executor));
  }

  @Override
  public CompletableFuture<Void> thenRun(Runnable action) {
    return super.thenRunAsync(action, continuations);
  }

  @Override
  public CompletableFuture<Void> thenRunAsync(Runnable action, Executor executor) {
    return super.thenRunAsync(action, continuations.on(executor));
  }

  @Override
  public <U, V> CompletableFuture<V> thenCombine(
      CompletionStage<? extends U> other, BiFunction<? super T, ? super U, ? extends V> fn) {
    return super.thenCombineAsync(other, fn, continuations);
  }

  @Override
  public <U, V> CompletableFuture<V> thenCombineAsync(
      CompletionStage<? extends U> other,
      BiFunction<? super T, ? super U, ? extends V> fn,
      Executor executor) {
    return super.thenCombineAsync(other, fn, continuations.on(executor));
  }

  @Override
  public <U> CompletableFuture<Void> thenAcceptBoth(
      CompletionStage<? extends U> other, BiConsumer<? super T, ? super U> action) {
    return super.thenAcceptBothAsync(other, action, continuations);
  }

  @Override
  public <U> CompletableFuture<Void> thenAcceptBothAsync(
      CompletionStage<? extends U> other,
      BiConsumer<? super T, ? super U> action,
      Executor executor) {
    return super.thenAcceptBothAsync(other, action, continuations.on(executor));
  }

  @Override
  public CompletableFuture<Void> runAfterBoth(CompletionStage<?> other, Runnable action) {
    return super.runAfterBothAsync(other, action, continuations);
  }

  @Override
  public CompletableFuture<Void> runAfterBothAsync(
      CompletionStage<?> other, Runnable action, Executor executor) {
    return super.runAfterBothAsync(other, action, continuations.on(executor));
  }

  @Override
  public <U> CompletableFuture<U> applyToEither(
      CompletionStage<? extends T> other, Function<? super T, U> fn) {
    return super.applyToEitherAsync(other, fn, continuations);
  }

  @Override
  public <U> CompletableFuture<U> applyToEitherAsync(
      CompletionStage<? extends T> other, Function<? super T, U> fn, Executor executor) {
    return super.applyToEitherAsync(other, fn, continuations.on(executor));
  }

  @Override
  public CompletableFuture<Void> acceptEither(
      CompletionStage<? extends T> other, Consumer<? super T> action) {
    return super.acceptEitherAsync(other, action, continuations);
  }

  @Override
  public CompletableFuture<Void> acceptEitherAsync(
      CompletionStage<? extends T> other, Consumer<? super T> action, Executor executor) {
    return super.acceptEitherAsync(other, action, continuations.on(executor));
  }

  @Override
  public CompletableFuture<Void> runAfterEither(CompletionStage<?> other, Runnable action) {
    return super.runAfterEitherAsync(other, action, continuations);
  }

  @Override
  public CompletableFuture<Void> runAfterEitherAsync(
      CompletionStage<?> other, Runnable action, Executor executor) {
    return super.runAfterEitherAsync(other, action, continuations.on(executor));
  }

  @Override
  public <U> CompletableFuture<U> thenCompose(
      Function<? super T, ? extends CompletionStage<U>> fn) {
    return super.thenComposeAsync(given(fn), continuations);
  }

  @Override
  public <U> CompletableFuture<U> thenComposeAsync(
      Function<? super T, ? extends CompletionStage<U>> fn, Executor executor) {
    return super.thenComposeAsync(given(fn), continuations.on(executor));
  }

  @Override
  public CompletableFuture<T> whenComplete(BiConsumer<? super T, ? super Throwable> action) {
    return super.whenCompleteAsync(action, continuations);
  }

  @Override
  public CompletableFuture<T> whenCompleteAsync(
      BiConsumer<? super T, ? super Throwable> action, Executor executor) {
    return super.whenCompleteAsync(action, continuations.on(executor));
  }

  @Override
  public <U> CompletableFuture<U> handle(BiFunction<? super T, Throwable, ? extends U> fn) {
    return super.handleAsync(fn, continuations);
  }

  @Override
  public <U> CompletableFuture<U> handleAsync(
      BiFunction<? super T, Throwable, ? extends U> fn, Executor executor) {
    return super.handleAsync(fn, continuations.on(executor));
  }

  @Override
  public CompletableFuture<T> exceptionally(Function<Throwable, ? extends T> fn) {
    return super.exceptionallyAsync(fn, continuations);
  }

  @Override
  public CompletableFuture<T> exceptionallyAsync(
      Function<Throwable, ? extends T> fn, Executor executor) {
    return super.exceptionallyAsync(fn, continuations.on(executor));
  }

  @Override
  public CompletableFuture<T> exceptionallyCompose(
      Function<Throwable, ? extends CompletionStage<T>> fn) {
    return super.exceptionallyComposeAsync(given(fn), continuations);
  }

  @Override
  public CompletableFuture<T> exceptionallyComposeAsync(
      Function<Throwable, ? extends CompletionStage<T>> fn, Executor executor) {
    return super.exceptionallyComposeAsync(given(fn), continuations.on(executor));
  }
}
