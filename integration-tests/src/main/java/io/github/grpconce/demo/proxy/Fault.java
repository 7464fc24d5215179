package io.github.grpconce.demo.proxy;

import java.time.Duration;

/**
 * What the proxy does to one call.
 *
 * @param kind what becomes of the call
 * @param requestDelay how long the last frame of the request is held back; zero for not at all
 * @param responseDelay how long the first frame of the response is held back; zero for not at all
 */
public record Fault(Kind kind, Duration requestDelay, Duration responseDelay) {

  /** What becomes of a call. */
  public enum Kind {
    /** It passes. */
    NONE,
    /** The server processes it, and its response alone is lost: the client sees UNAVAILABLE. */
    LOSE_RESPONSE,
    /** The connection is reset before the whole request has reached the server. */
    RESET_AT_REQUEST,
    /** The server processes it, and the connection is reset when its response begins. */
    RESET_AT_RESPONSE
  }

  /** A call that passes at once. */
  public static final Fault NONE = of(Kind.NONE);

  /** A fault without delays. */
  public static Fault of(Kind kind) {
    return new Fault(kind, Duration.ZERO, Duration.ZERO);
  }
}
