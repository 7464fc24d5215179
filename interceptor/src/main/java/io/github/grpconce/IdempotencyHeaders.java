package io.github.grpconce;

import io.grpc.Metadata;

/** The metadata keys of a guarded call. All values are ASCII. */
public final class IdempotencyHeaders {

  /**
   * The request ID, in a call's headers. It is the name of the IETF's HTTP header, so that an HTTP
   * edge can pass its {@code Idempotency-Key} through unchanged; read it with {@link RequestId#of}.
   */
  public static final Metadata.Key<String> REQUEST_ID = key("idempotency-key");

  /**
   * {@code true} in the headers or trailers of an answer that was recorded by an earlier attempt.
   */
  public static final Metadata.Key<String> REPLAYED = key("idempotency-replayed");

  /**
   * In a refusal's trailers: how many milliseconds a client waits before its next attempt. Below
   * zero: no further attempt (gRFC A6).
   */
  public static final Metadata.Key<String> RETRY_PUSHBACK_MILLIS = key("grpc-retry-pushback-ms");

  /**
   * In a call's headers: how many attempts gRPC made before this one, hedges included and
   * transparent retries not (gRFC A6). Good for metrics; useless for finding duplicates.
   */
  public static final Metadata.Key<String> PREVIOUS_ATTEMPTS = key("grpc-previous-rpc-attempts");

  private IdempotencyHeaders() {}

  private static Metadata.Key<String> key(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }
}
