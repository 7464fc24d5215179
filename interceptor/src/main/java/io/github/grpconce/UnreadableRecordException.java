package io.github.grpconce;

import java.util.concurrent.CompletionException;

/**
 * What is stored can't be understood: it is damaged, or a newer version wrote it. It is never taken
 * for absent, because then the operation would be executed a second time.
 */
public final class UnreadableRecordException extends RuntimeException {

  private static final long serialVersionUID = 1;

  /**
   * Makes an exception.
   *
   * @param message is told to callers: it never holds anything of what is stored
   */
  public UnreadableRecordException(String message) {
    super(message);
  }

  public UnreadableRecordException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Whether this is what a future failed with. */
  public static boolean caused(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof UnreadableRecordException;
  }
}
