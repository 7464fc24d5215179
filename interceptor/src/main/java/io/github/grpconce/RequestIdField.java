package io.github.grpconce;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.MessageOrBuilder;
import io.grpc.MethodDescriptor;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The field in which a request itself can carry its ID (<a
 * href="https://google.aip.dev/155">AIP-155</a>): a singular string named {@value #STANDARD_NAME},
 * unless the method's guard names another, or none.
 *
 * <p>Only requests that are the only message of their call have one. A stream of messages has no
 * message that speaks for the whole.
 *
 * @param name the field's name in the {@code .proto}; empty if requests carry no ID, whatever their
 *     fields are called
 */
public record RequestIdField(String name) {

  /** AIP-155's. */
  public static final String STANDARD_NAME = "request_id";

  /** What a method has whose guard says nothing else. */
  public static final RequestIdField STANDARD = new RequestIdField(STANDARD_NAME);

  /** For methods whose requests carry no ID. */
  public static final RequestIdField NONE = new RequestIdField("");

  /** Returns the field that a method's descriptor says its requests have. */
  public static RequestIdField of(MethodDescriptor<?, ?> method) {
    return GuardOption.requestIdField(method);
  }

  /** Returns whether the requests of a method can carry their ID in it. */
  public boolean isDeclaredBy(MethodDescriptor<?, ?> method) {
    return method.getType().clientSendsOneMessage()
        && method.getRequestMarshaller()
            instanceof MethodDescriptor.PrototypeMarshaller<?> marshaller
        && marshaller.getMessagePrototype() instanceof Message prototype
        && in(prototype.getDescriptorForType()) != null;
  }

  /**
   * Returns what the field holds. It need not be a valid {@link RequestId}.
   *
   * <p>A field that has presence (proto2, {@code optional}, editions) counts once it is set, to
   * whatever; its default is nobody's ID. One without presence counts unless it is empty.
   *
   * @return empty if there is no such field, or nothing in it
   */
  public Optional<String> textOf(Object request) {
    if (!(request instanceof MessageOrBuilder message)) {
      return Optional.empty();
    }
    FieldDescriptor field = in(message.getDescriptorForType());
    if (field == null || (field.hasPresence() && !message.hasField(field))) {
      return Optional.empty();
    }
    String text = (String) message.getField(field);
    return field.hasPresence() || !text.isEmpty() ? Optional.of(text) : Optional.empty();
  }

  private @Nullable FieldDescriptor in(Descriptor type) {
    FieldDescriptor field = type.findFieldByName(name);
    boolean isText =
        field != null && field.getType() == FieldDescriptor.Type.STRING && !field.isRepeated();
    return isText ? field : null;
  }
}
