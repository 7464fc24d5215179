package io.github.grpconce.internal.retention;

import com.apple.foundationdb.FDBException;
import io.github.grpconce.embedded.VirtualTime;
import io.github.grpconce.internal.record.DatabaseView;
import io.github.grpconce.internal.store.StoreError;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;

/**
 * What happens to a server's process at any point: it stands still for a moment, for longer than a
 * transaction lives, for longer than a horizon may be cached, or for an hour; and commits get lost,
 * or their answers.
 */
final class Adversity implements DatabaseView.Observer {

  private final VirtualTime time;
  private final RandomGenerator random;

  Adversity(VirtualTime time, RandomGenerator random) {
    this.time = time;
    this.random = random;
  }

  @Override
  public Object around(DatabaseView.Operation operation) {
    return switch (operation.name()) {
      case "get", "getReadVersion" -> operation.proceedBetween(this::pause, this::pause);
      case "commit" -> commit(operation);
      default -> operation.proceed();
    };
  }

  private Object commit(DatabaseView.Operation operation) {
    int luck = random.nextInt(100);
    if (luck < 4) {
      return operation.proceedAfter(unknownResult());
    }
    return operation.proceedBetween(this::pause, luck < 8 ? Adversity::unknownResult : this::pause);
  }

  private static CompletableFuture<?> unknownResult() {
    return CompletableFuture.failedFuture(
        new FDBException("commit_unknown_result", StoreError.COMMIT_UNKNOWN_RESULT));
  }

  private CompletableFuture<?> pause() {
    int luck = random.nextInt(1_000);
    if (luck < 900) {
      return CompletableFuture.completedFuture(null);
    }
    CompletableFuture<Void> over = new CompletableFuture<>();
    var unused = time.schedule(pauseFor(luck), () -> over.complete(null));
    return over;
  }

  private Duration pauseFor(int luck) {
    if (luck < 940) {
      return upTo(Duration.ofSeconds(1));
    }
    if (luck < 960) {
      return upTo(Duration.ofSeconds(6));
    }
    return luck < 985 ? upTo(Duration.ofSeconds(20)) : Duration.ofHours(1);
  }

  private Duration upTo(Duration most) {
    return Duration.ofNanos(random.nextLong(most.toNanos()));
  }
}
