package io.github.grpconce;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.github.grpconce.v1.GuardProto;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The fields of a message type, at any depth, that its author left out of the fingerprint. What is
 * packed into an {@code Any} counts as it is.
 */
final class LeftOutFields {

  private final Set<FieldDescriptor> leftOut = new HashSet<>();

  /** The types in which something is left out, or can be below. */
  private final Set<Descriptor> affected = new HashSet<>();

  /**
   * Finds the fields.
   *
   * @param also a string field of the type itself that is left out too, if there is one of that
   *     name
   */
  LeftOutFields(Descriptor type, String also) {
    Set<Descriptor> types = reachableFrom(type);
    for (Descriptor each : types) {
      each.getFields().stream().filter(LeftOutFields::isLeftOut).forEach(leftOut::add);
    }
    FieldDescriptor named = type.findFieldByName(also);
    if (named != null && named.getType() == FieldDescriptor.Type.STRING && !named.isRepeated()) {
      leftOut.add(named);
    }
    leftOut.forEach(field -> affected.add(field.getContainingType()));
    boolean more = true;
    while (more) {
      more = false;
      for (Descriptor each : types) {
        more |= leadsToAffected(each) && affected.add(each);
      }
    }
  }

  private static Set<Descriptor> reachableFrom(Descriptor type) {
    Set<Descriptor> reached = new LinkedHashSet<>(List.of(type));
    Deque<Descriptor> open = new ArrayDeque<>(reached);
    while (!open.isEmpty()) {
      for (FieldDescriptor field : open.remove().getFields()) {
        if (isMessage(field) && reached.add(field.getMessageType())) {
          open.add(field.getMessageType());
        }
      }
    }
    return reached;
  }

  private boolean leadsToAffected(Descriptor type) {
    return type.getFields().stream()
        .anyMatch(field -> isMessage(field) && affected.contains(field.getMessageType()));
  }

  private static boolean isMessage(FieldDescriptor field) {
    return field.getJavaType() == FieldDescriptor.JavaType.MESSAGE;
  }

  private static boolean isLeftOut(FieldDescriptor field) {
    return KnownOptions.of(field.getOptions()).getExtension(GuardProto.leftOutOfFingerprint);
  }

  /** Returns the message without the fields; the message itself if it has none of them. */
  Message removeFrom(Message message) {
    if (!affected.contains(message.getDescriptorForType())) {
      return message;
    }
    Message.Builder builder = message.toBuilder();
    for (FieldDescriptor field : message.getAllFields().keySet()) {
      if (leftOut.contains(field)) {
        builder.clearField(field);
      } else if (isMessage(field) && affected.contains(field.getMessageType())) {
        removeBelow(message, field, builder);
      }
    }
    return builder.buildPartial();
  }

  private void removeBelow(Message message, FieldDescriptor field, Message.Builder builder) {
    if (!field.isRepeated()) {
      builder.setField(field, removeFrom((Message) message.getField(field)));
      return;
    }
    for (int i = 0; i < message.getRepeatedFieldCount(field); i++) {
      builder.setRepeatedField(field, i, removeFrom((Message) message.getRepeatedField(field, i)));
    }
  }
}
