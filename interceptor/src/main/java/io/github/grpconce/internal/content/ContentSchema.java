package io.github.grpconce.internal.content;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.WireFormat;
import io.github.grpconce.v1.GuardProto;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a message type, by field number: how to read each field, and which are left out.
 * Extensions are learnt from the messages that have them. Thread-safe.
 */
final class ContentSchema {

  /** How a field's occurrences make its value. */
  enum Kind {
    SCALAR,
    SCALARS,
    /** Their order is lost where a value isn't known. */
    CLOSED_ENUMS,
    BYTES,
    BYTES_LIST,
    MESSAGE,
    MESSAGES,
    MAP
  }

  /**
   * One field.
   *
   * @param wireType of one value
   * @param packed whether a list of one value is sent packed
   * @param leftOut whether it doesn't count
   * @param choice whether the default counts, because it says which member of a oneof is set
   * @param defaultValue as it is sent, without tag and length
   * @param values the numbers that a closed enum has
   * @param below the schema of a message field
   */
  record Field(
      Kind kind,
      int wireType,
      boolean packed,
      boolean leftOut,
      boolean choice,
      ByteString defaultValue,
      Set<Long> values,
      @Nullable ContentSchema below) {}

  private final Map<Integer, Field> fields = new ConcurrentHashMap<>();
  private final List<Integer> leftOut = new CopyOnWriteArrayList<>();
  private final Map<String, ContentSchema> all;
  private final boolean mapEntry;

  /** Whether a message of one of the types that were found so far can have extensions. */
  private static boolean extendable(Map<String, ContentSchema> all) {
    return all.containsKey("");
  }

  private ContentSchema(Descriptor type, Map<String, ContentSchema> all) {
    this.all = all;
    mapEntry = type.getOptions().getMapEntry();
  }

  /**
   * Reads a type.
   *
   * @param also a string field of the type itself that is left out too, if there is one of that
   *     name
   */
  static ContentSchema of(Descriptor type, String also) {
    Map<String, ContentSchema> all = new ConcurrentHashMap<>();
    // Of its own, because what is left out of the request is not left out of its like below it.
    ContentSchema root = new ContentSchema(type, all);
    root.readFields(type, also);
    return root;
  }

  private static ContentSchema below(Descriptor type, Map<String, ContentSchema> all) {
    ContentSchema known = all.get(type.getFullName());
    if (known != null) {
      return known;
    }
    ContentSchema schema = new ContentSchema(type, all);
    all.put(type.getFullName(), schema);
    schema.readFields(type, "");
    return schema;
  }

  private void readFields(Descriptor type, String also) {
    if (type.isExtendable()) {
      all.put("", this);
    }
    for (FieldDescriptor field : type.getFields()) {
      boolean named =
          field.getName().equals(also)
              && field.getType() == FieldDescriptor.Type.STRING
              && !field.isRepeated();
      add(field, named);
    }
  }

  private Field add(FieldDescriptor descriptor, boolean named) {
    boolean isLeftOut =
        named
            || KnownOptions.of(descriptor.getOptions())
                .getExtension(GuardProto.leftOutOfFingerprint);
    Field field =
        new Field(
            kind(descriptor),
            descriptor.getLiteType().getWireType(),
            descriptor.isPacked(),
            isLeftOut,
            descriptor.getRealContainingOneof() != null,
            defaultValue(descriptor),
            kind(descriptor) == Kind.CLOSED_ENUMS ? numbers(descriptor.getEnumType()) : Set.of(),
            isMessage(descriptor) ? below(descriptor.getMessageType(), all) : null);
    if (fields.put(descriptor.getNumber(), field) == null && isLeftOut) {
      leftOut.add(descriptor.getNumber());
    }
    return field;
  }

  private static Kind kind(FieldDescriptor field) {
    return switch (field.getJavaType()) {
      case MESSAGE ->
          field.isMapField() ? Kind.MAP : field.isRepeated() ? Kind.MESSAGES : Kind.MESSAGE;
      case STRING, BYTE_STRING -> field.isRepeated() ? Kind.BYTES_LIST : Kind.BYTES;
      case ENUM ->
          !field.isRepeated()
              ? Kind.SCALAR
              : field.legacyEnumFieldTreatedAsClosed() ? Kind.CLOSED_ENUMS : Kind.SCALARS;
      default -> field.isRepeated() ? Kind.SCALARS : Kind.SCALAR;
    };
  }

  private static Set<Long> numbers(EnumDescriptor type) {
    return type.getValues().stream()
        .map(value -> (long) value.getNumber())
        .collect(Collectors.toUnmodifiableSet());
  }

  private static boolean isMessage(FieldDescriptor field) {
    return field.getJavaType() == FieldDescriptor.JavaType.MESSAGE;
  }

  private static ByteString defaultValue(FieldDescriptor field) {
    if (field.isRepeated() || isMessage(field)) {
      return ByteString.EMPTY;
    }
    Object value = field.getDefaultValue();
    if (value instanceof String text) {
      return ByteString.copyFromUtf8(text);
    }
    if (value instanceof ByteString bytes) {
      return bytes;
    }
    ByteString.Output bytes = ByteString.newOutput();
    CodedOutputStream output = CodedOutputStream.newInstance(bytes);
    try {
      writeScalar(field, value, output);
      output.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("memory can't be written", e);
    }
    return bytes.toByteString();
  }

  private static void writeScalar(FieldDescriptor field, Object value, CodedOutputStream output)
      throws IOException {
    switch (field.getType()) {
      case SINT32 -> output.writeSInt32NoTag((Integer) value);
      case SINT64 -> output.writeSInt64NoTag((Long) value);
      case UINT32 -> output.writeUInt32NoTag((Integer) value);
      case FIXED32, SFIXED32 -> output.writeFixed32NoTag((Integer) value);
      case FIXED64, SFIXED64 -> output.writeFixed64NoTag((Long) value);
      case FLOAT -> output.writeFloatNoTag((Float) value);
      case DOUBLE -> output.writeDoubleNoTag((Double) value);
      case BOOL -> output.writeBoolNoTag((Boolean) value);
      case ENUM -> output.writeEnumNoTag(((EnumValueDescriptor) value).getNumber());
      case INT32 -> output.writeInt32NoTag((Integer) value);
      default -> output.writeInt64NoTag((Long) value);
    }
  }

  /** Learns the extensions that a message, or one below it, has. */
  void learnFrom(Message message) {
    if (!extendable(all)) {
      return;
    }
    for (Map.Entry<FieldDescriptor, Object> entry : message.getAllFields().entrySet()) {
      FieldDescriptor descriptor = entry.getKey();
      Field field = fields.get(descriptor.getNumber());
      if (field == null) {
        field = add(descriptor, false);
      }
      ContentSchema below = field.below();
      if (below == null) {
        continue;
      }
      if (entry.getValue() instanceof List<?> list) {
        list.forEach(each -> below.learnFrom((Message) each));
      } else {
        below.learnFrom((Message) entry.getValue());
      }
    }
  }

  @Nullable Field field(int number) {
    return fields.get(number);
  }

  /** Returns the numbers of the fields that don't count. */
  List<Integer> leftOut() {
    return leftOut;
  }

  /** Whether both fields are always sent. */
  boolean isMapEntry() {
    return mapEntry;
  }

  static boolean isScalar(int wireType) {
    return wireType == WireFormat.WIRETYPE_VARINT
        || wireType == WireFormat.WIRETYPE_FIXED32
        || wireType == WireFormat.WIRETYPE_FIXED64;
  }
}
