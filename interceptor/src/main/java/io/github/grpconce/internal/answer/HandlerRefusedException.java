package io.github.grpconce.internal.answer;

import io.grpc.StatusRuntimeException;

/**
 * Thrown to a handler that asks its guard for what it can't have. One that doesn't catch it has its
 * call answered with that refusal, and not as if it had broken down.
 */
public final class HandlerRefusedException extends StatusRuntimeException {

  private static final long serialVersionUID = 1;

  public HandlerRefusedException(StatusRuntimeException refusal) {
    super(refusal.getStatus(), refusal.getTrailers());
  }
}
