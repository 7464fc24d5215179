package io.github.grpconce.embedded;

import static org.junit.jupiter.api.Assertions.assertThrows;

import com.apple.foundationdb.FDBException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** With which of FoundationDB's errors something fails. */
public final class ErrorCode {
  private ErrorCode() {}

  /** The code, once the future has failed; it must. */
  public static int of(VirtualTime time, CompletableFuture<?> failing) {
    CompletionException failure =
        assertThrows(CompletionException.class, () -> Awaited.join(time, failing));
    return ((FDBException) failure.getCause()).getCode();
  }
}
