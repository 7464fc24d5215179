package io.github.grpconce.internal.content;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.github.grpconce.internal.content.FieldRule.Kind;
import io.github.grpconce.v1.GuardProto;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a message type. Extensions are learnt from the messages that have them.
 * Thread-safe.
 */
final class ContentSchema implements MessageRules {

  /** Up to which number a field is found without a map. */
  private static final int MAX_LOW = 64;

  /** The schemas of all types that were found so far, by name. */
  private static final class Types {
    private final Map<String, ContentSchema> byName = new HashMap<>();
    private volatile boolean extendable;
  }

  /** The fields, replaced as a whole when one is learnt. */
  private static final class Fields {
    private final @Nullable FieldRule[] low;
    private final Map<Integer, FieldRule> high;
    private final int[] leftOut;

    Fields(@Nullable FieldRule[] low, Map<Integer, FieldRule> high, int[] leftOut) {
      this.low = low;
      this.high = high;
      this.leftOut = leftOut;
    }

    @Nullable FieldRule get(int number) {
      return number < low.length ? low[number] : high.get(number);
    }

    Fields with(int number, FieldRule rule) {
      int[] omitted = leftOut;
      if (rule.kind() == Kind.LEFT_OUT) {
        omitted = Arrays.copyOf(leftOut, leftOut.length + 1);
        omitted[leftOut.length] = number;
      }
      if (number < MAX_LOW) {
        @Nullable FieldRule[] more = Arrays.copyOf(low, Math.max(low.length, number + 1));
        more[number] = rule;
        return new Fields(more, high, omitted);
      }
      Map<Integer, FieldRule> more = new HashMap<>(high);
      more.put(number, rule);
      return new Fields(low, more, omitted);
    }
  }

  private final Types types;
  private volatile Fields fields = new Fields(new FieldRule[0], Map.of(), new int[0]);

  private ContentSchema(Types types) {
    this.types = types;
  }

  /**
   * Reads a type.
   *
   * @param also a string field of the type itself that is left out too, if there is one of that
   *     name
   */
  static ContentSchema of(Descriptor type, String also) {
    Types types = new Types();
    // Of its own, because what is left out of the request is not left out of its like below it.
    ContentSchema root = new ContentSchema(types);
    synchronized (types) {
      root.readFields(type, also);
    }
    return root;
  }

  private ContentSchema below(Descriptor type) {
    ContentSchema known = types.byName.get(type.getFullName());
    if (known != null) {
      return known;
    }
    ContentSchema schema = new ContentSchema(types);
    types.byName.put(type.getFullName(), schema);
    schema.readFields(type, "");
    return schema;
  }

  private void readFields(Descriptor type, String also) {
    types.extendable |= type.isExtendable();
    for (FieldDescriptor field : type.getFields()) {
      boolean named =
          field.getName().equals(also)
              && field.getType() == FieldDescriptor.Type.STRING
              && !field.isRepeated();
      add(field, named);
    }
  }

  private void add(FieldDescriptor field, boolean named) {
    boolean leftOut =
        named || KnownOptions.of(field.getOptions()).getExtension(GuardProto.leftOutOfFingerprint);
    fields = fields.with(field.getNumber(), rule(field, leftOut ? Kind.LEFT_OUT : kind(field)));
  }

  private FieldRule rule(FieldDescriptor field, Kind kind) {
    boolean chosen = field.getRealContainingOneof() != null;
    ByteString other = chosen ? ByteString.EMPTY : defaultUnlessZero(field);
    return new FieldRule(
        kind,
        kind == Kind.LEFT_OUT ? FieldRule.ANY : field.getLiteType().getWireType(),
        field.isRepeated() || chosen || !other.isEmpty(),
        other.isEmpty() ? null : (bytes, start, end) -> isEqual(other, bytes, start, end),
        kind == Kind.SORTED ? numbers(field.getEnumType()) : Set.of(),
        isMessage(field) ? below(field.getMessageType()) : MessageRules.NONE);
  }

  private static Kind kind(FieldDescriptor field) {
    if (field.isMapField()) {
      return Kind.MAP;
    }
    if (!field.isRepeated()) {
      return isMessage(field) ? Kind.MESSAGE : Kind.SINGLE;
    }
    return switch (field.getJavaType()) {
      case MESSAGE -> Kind.MESSAGES;
      case STRING, BYTE_STRING -> Kind.PLAIN;
      case ENUM -> field.legacyEnumFieldTreatedAsClosed() ? Kind.SORTED : Kind.NUMBERS;
      default -> Kind.NUMBERS;
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

  private static boolean isEqual(ByteString value, byte[] bytes, int start, int end) {
    return value.size() == end - start
        && value.equals(ByteString.copyFrom(bytes, start, end - start));
  }

  /** Returns a field's default as it is sent, without tag and length; empty if it is zero. */
  private static ByteString defaultUnlessZero(FieldDescriptor field) {
    if (field.isRepeated() || isMessage(field) || !(field.hasDefaultValue() || isEnum(field))) {
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
    ByteString written = bytes.toByteString();
    boolean zero = written.equals(ByteString.copyFrom(new byte[written.size()]));
    return zero ? ByteString.EMPTY : written;
  }

  /** Whether the default may be another than zero although none is declared: the first value. */
  private static boolean isEnum(FieldDescriptor field) {
    return field.getJavaType() == FieldDescriptor.JavaType.ENUM;
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
    if (!types.extendable) {
      return;
    }
    for (Map.Entry<FieldDescriptor, Object> entry : message.getAllFields().entrySet()) {
      if (learnt(entry.getKey()).below() instanceof ContentSchema below) {
        if (entry.getValue() instanceof List<?> list) {
          list.forEach(each -> below.learnFrom((Message) each));
        } else {
          below.learnFrom((Message) entry.getValue());
        }
      }
    }
  }

  private FieldRule learnt(FieldDescriptor field) {
    FieldRule known = fields.get(field.getNumber());
    if (known != null) {
      return known;
    }
    synchronized (types) {
      FieldRule meanwhile = fields.get(field.getNumber());
      if (meanwhile == null) {
        add(field, false);
      }
      return Objects.requireNonNull(fields.get(field.getNumber()));
    }
  }

  @Override
  public @Nullable FieldRule field(int number) {
    return fields.get(number);
  }

  @Override
  public int[] leftOut() {
    return fields.leftOut;
  }
}
