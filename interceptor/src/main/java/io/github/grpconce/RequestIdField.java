package io.github.grpconce;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.MessageOrBuilder;
import io.grpc.MethodDescriptor;
import org.jspecify.annotations.Nullable;

/**
 * The field in which a request itself can carry its ID (<a
 * href="https://google.aip.dev/155">AIP-155</a>): a singular string named {@code request_id}.
 *
 * <p>Only requests that are the only message of their call have one. A stream of messages has no
 * message that speaks for the whole.
 */
public final class RequestIdField {

  static final String NAME = "request_id";

  private RequestIdField() {}

  /** Returns whether the requests of a method can carry their ID. */
  public static boolean isDeclaredBy(MethodDescriptor<?, ?> method) {
    return method.getType().clientSendsOneMessage()
        && method.getRequestMarshaller()
            instanceof MethodDescriptor.PrototypeMarshaller<?> marshaller
        && marshaller.getMessagePrototype() instanceof Message prototype
        && field(prototype.getDescriptorForType()) != null;
  }

  /**
   * Returns what the field holds; empty if there is no such field, or nothing in it. It need not be
   * a valid {@link RequestId}.
   */
  public static String textOf(Object request) {
    if (request instanceof MessageOrBuilder message) {
      FieldDescriptor field = field(message.getDescriptorForType());
      return field == null ? "" : (String) message.getField(field);
    }
    return "";
  }

  private static @Nullable FieldDescriptor field(Descriptor type) {
    FieldDescriptor field = type.findFieldByName(NAME);
    boolean isText =
        field != null && field.getType() == FieldDescriptor.Type.STRING && !field.isRepeated();
    return isText ? field : null;
  }
}
