package io.github.grpconce.server;

import io.grpc.StatusRuntimeException;

/**
 * Thrown to a handler that asks its guard for what it can't have. One that doesn't catch it has its
 * call answered with that refusal, and not as if it had broken down.
 */
final class HandlerRefusedException extends StatusRuntimeException {

  private static final long serialVersionUID = 1;

  HandlerRefusedException(StatusRuntimeException refusal) {
    super(refusal.getStatus(), refusal.getTrailers());
  }
}
