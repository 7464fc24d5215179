package io.github.grpconce.server;

import io.github.grpconce.ErrorReason;

/**
 * A message is not processed, for the reason that a guarded call has by this name: not now, and but
 * for {@link ErrorReason#CALLS_CHANGED}, which another version of its function can cure, never.
 */
public final class MessageRefusedException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final ErrorReason reason;

  MessageRefusedException(ErrorReason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /**
   * Returns why: {@link ErrorReason#REQUEST_ID_REUSED} if the ID was used before for other content,
   * {@link ErrorReason#REQUEST_ID_EXPIRED} if it may have been processed and forgotten since,
   * {@link ErrorReason#REQUEST_ID_INVALID} if it is from the future, or {@link
   * ErrorReason#CALLS_CHANGED} if its function doesn't call others as it did at an earlier try.
   */
  public ErrorReason reason() {
    return reason;
  }
}
