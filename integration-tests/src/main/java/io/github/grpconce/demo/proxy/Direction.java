package io.github.grpconce.demo.proxy;

/** A way along a link. */
public enum Direction {
  /** From the client to the server. */
  REQUESTS,
  /** From the server to the client. */
  RESPONSES
}
