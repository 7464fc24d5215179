package io.github.grpconce.embedded.internal.key;

import com.apple.foundationdb.FDBException;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * An {@link FDBException} whose predicates answer without FoundationDB's native library.
 *
 * <p>The codes behind each predicate are those of FoundationDB 7.3 (its {@code
 * fdb_error_predicate}).
 */
public final class EmbeddedException extends FDBException {
  private static final long serialVersionUID = 1L;

  public EmbeddedException(@Nullable String message, int code) {
    super(message, code);
  }

  /** An exception with this code, and its sentence if it is one that the engine knows. */
  public static EmbeddedException ofCode(int code) {
    for (FdbError error : FdbError.values()) {
      if (error.code() == code) {
        return error.exception();
      }
    }
    return new EmbeddedException("FoundationDB error " + code, code);
  }

  /** What a future failed with, without the wrappers. */
  public static Throwable causeOf(Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  /** The database's error that a future failed with. */
  public static EmbeddedException of(Throwable failure) {
    Throwable cause = causeOf(failure);
    if (cause instanceof EmbeddedException known) {
      return known;
    }
    if (cause instanceof FDBException foreign) {
      EmbeddedException known = new EmbeddedException(foreign.getMessage(), foreign.getCode());
      known.initCause(foreign);
      return known;
    }
    throw new IllegalStateException("not an error of the database", cause);
  }

  @Override
  public boolean isRetryable() {
    return isMaybeCommitted() || isRetryableNotCommitted();
  }

  @Override
  public boolean isMaybeCommitted() {
    return getCode() == 1021 || getCode() == 1039;
  }

  @Override
  public boolean isRetryableNotCommitted() {
    return switch (getCode()) {
      case 1007, 1009, 1020, 1037, 1038, 1042, 1051, 1078, 1213, 1223 -> true;
      default -> false;
    };
  }

  @Override
  public Exception retargetClone() {
    EmbeddedException clone = new EmbeddedException(getMessage(), getCode());
    clone.initCause(this);
    return clone;
  }
}
