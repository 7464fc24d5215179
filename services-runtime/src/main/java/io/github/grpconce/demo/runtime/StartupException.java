package io.github.grpconce.demo.runtime;

import org.jspecify.annotations.Nullable;

/**
 * A service can't start, for a reason that its operator can do something about.
 *
 * <p>The message is for the operator: it says what is wrong and what to do.
 */
public final class StartupException extends RuntimeException {

  private static final long serialVersionUID = 1;

  StartupException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
