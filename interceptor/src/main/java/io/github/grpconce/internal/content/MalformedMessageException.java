package io.github.grpconce.internal.content;

/** Bytes that are no protobuf message: another marshaller's, of which a schema says nothing. */
public final class MalformedMessageException extends RuntimeException {
  private static final long serialVersionUID = 1;

  MalformedMessageException() {
    super("these bytes are no protobuf message", null, false, false);
  }
}
