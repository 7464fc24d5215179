package io.github.grpconce.internal.method;

import io.github.grpconce.IdempotencyHeaders;
import io.github.grpconce.internal.answer.LogLine;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import java.util.concurrent.atomic.LongAdder;
import java.util.logging.Logger;

/**
 * Counts the attempts that gRPC says are retries or hedges of a call that changes something, and
 * that carry no request ID: each may have taken effect twice. Each method is logged once.
 *
 * <p>Transparent retries aren't counted by gRPC, and so not here. Thread-safe.
 */
public final class UnidentifiedRetries {

  private static final Logger LOG = Logger.getLogger(UnidentifiedRetries.class.getName());

  private final LongAdder count = new LongAdder();
  private final OncePerMethod logged = new OncePerMethod();

  public long count() {
    return count.sum();
  }

  /** Sees an attempt without a request ID. */
  public void see(MethodDescriptor<?, ?> method, Metadata headers) {
    if (!headers.containsKey(IdempotencyHeaders.PREVIOUS_ATTEMPTS)) {
      return;
    }
    count.increment();
    if (logged.isFirst(method)) {
      LOG.warning(() -> LogLine.UNIDENTIFIED_RETRIES.with(method.getFullMethodName()));
    }
  }
}
