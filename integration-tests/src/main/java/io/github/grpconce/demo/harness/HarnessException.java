package io.github.grpconce.demo.harness;

/** A process did not do what the harness needs of it; the message ends with its log. */
public final class HarnessException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  HarnessException(String message) {
    super(message);
  }
}
