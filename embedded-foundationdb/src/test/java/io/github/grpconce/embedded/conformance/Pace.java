package io.github.grpconce.embedded.conformance;

import com.apple.foundationdb.KeyValue;
import com.apple.foundationdb.StreamingMode;
import com.apple.foundationdb.async.AsyncIterable;
import io.github.grpconce.embedded.VirtualTime;
import io.github.grpconce.embedded.internal.binding.Insides;
import io.github.grpconce.embedded.internal.range.RangeResult;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The time in which a scenario is replayed. */
interface Pace {
  /**
   * The future's outcome.
   *
   * @throws java.util.concurrent.CompletionException if it fails
   */
  <T extends @Nullable Object> T join(CompletableFuture<T> future);

  /** Returns when the future is done, or when this time has passed. */
  void await(CompletableFuture<?> future, Duration patience);

  /** Lets time pass. */
  void pass(Duration duration);

  /** One chunk of a range, as FoundationDB's C API gives it; iterations count from 1. */
  CompletableFuture<RangeResult> chunk(
      AsyncIterable<KeyValue> range, StreamingMode mode, int iteration);

  /** Virtual time, in which nothing takes any. */
  static Pace of(VirtualTime time) {
    return new Pace() {
      @Override
      public <T extends @Nullable Object> T join(CompletableFuture<T> future) {
        return time.join(future);
      }

      @Override
      public void await(CompletableFuture<?> future, Duration patience) {
        time.runReady();
        if (!future.isDone()) {
          time.advance(patience);
        }
      }

      @Override
      public void pass(Duration duration) {
        time.advance(duration);
      }

      @Override
      public CompletableFuture<RangeResult> chunk(
          AsyncIterable<KeyValue> range, StreamingMode mode, int iteration) {
        return Insides.chunk(range, mode, iteration);
      }
    };
  }
}
