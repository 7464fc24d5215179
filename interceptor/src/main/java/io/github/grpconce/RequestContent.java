package io.github.grpconce;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Message;
import com.google.protobuf.MessageLite;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * What a request says, without what may differ between its attempts: its bytes, serialised
 * deterministically, less the fields with the option {@code left_out_of_fingerprint} and the
 * request ID's own field (AIP-155). That is left out of the messages of a stream, too, although it
 * names nothing there: a client may fill it afresh at every attempt.
 *
 * <p>Clients in other languages, or with fields in another order, say the same. Immutable and
 * thread-safe.
 */
public final class RequestContent {

  private final @Nullable LeftOutFields leftOut;

  private RequestContent(@Nullable LeftOutFields leftOut) {
    this.leftOut = leftOut;
  }

  /** For requests of a type; looks through the type once. */
  public static RequestContent of(Descriptor type) {
    return new RequestContent(new LeftOutFields(type, RequestIdField.NAME));
  }

  /** For requests without a schema: nothing is left out. */
  public static RequestContent whole() {
    return new RequestContent(null);
  }

  /** Returns the content of a request. */
  public byte[] serialise(MessageLite request) {
    MessageLite content =
        leftOut != null && request instanceof Message full ? leftOut.removeFrom(full) : request;
    byte[] bytes = new byte[content.getSerializedSize()];
    CodedOutputStream output = CodedOutputStream.newInstance(bytes);
    output.useDeterministicSerialization();
    try {
      content.writeTo(output);
    } catch (IOException e) {
      throw new UncheckedIOException("a message doesn't fit the size that it gave", e);
    }
    return bytes;
  }
}
