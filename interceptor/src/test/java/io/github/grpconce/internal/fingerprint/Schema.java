package io.github.grpconce.internal.fingerprint;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumValueDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Label;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.ExtensionRegistry;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.TextFormat;
import io.github.grpconce.v1.Fingerprint;
import io.github.grpconce.v1.GuardProto;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** One version of a request's schema, and a server that has it. */
public final class Schema {

  private final Descriptor type;
  private final ExtensionRegistry extensions = ExtensionRegistry.newInstance();
  private final RequestFingerprints fingerprints;

  private Schema(FileDescriptorProto file) {
    try {
      FileDescriptor built =
          FileDescriptor.buildFrom(file, new FileDescriptor[] {GuardProto.getDescriptor()});
      type = built.findMessageTypeByName("Request");
      built.getExtensions().stream()
          .filter(each -> !each.getJavaType().name().equals("MESSAGE"))
          .forEach(each -> extensions.add(each));
      built.getExtensions().stream()
          .filter(each -> each.getJavaType().name().equals("MESSAGE"))
          .forEach(
              each ->
                  extensions.add(each, DynamicMessage.getDefaultInstance(each.getMessageType())));
    } catch (DescriptorValidationException e) {
      throw new IllegalArgumentException(e);
    }
    fingerprints = RequestFingerprints.of("test.Service/Do", type);
  }

  /**
   * Reads a schema: a line for each field, such as {@code int32 amount = 1}. {@code message Part}
   * begins another message than {@code Request}, {@code enum Kind A B} declares an enum, and {@code
   * extend Request} extensions. After the number: {@code packed}, {@code leftout}, {@code
   * default=5}. Before the type: {@code optional}, {@code repeated}, {@code group}, {@code oneof}.
   */
  public static Schema of(String syntax, String... lines) {
    FileDescriptorProto.Builder file =
        FileDescriptorProto.newBuilder()
            .setName("request.proto")
            .setPackage("test")
            .setSyntax(syntax)
            .addDependency("grpconce/v1/guard.proto");
    DescriptorProto.Builder message = file.addMessageTypeBuilder().setName("Request");
    boolean extending = false;
    for (String line : lines) {
      String[] words = line.split(" +", -1);
      switch (words[0]) {
        case "message" -> {
          message = file.addMessageTypeBuilder().setName(words[1]);
          extending = false;
        }
        case "extensions" -> message.addExtensionRangeBuilder().setStart(100).setEnd(200);
        case "extend" -> extending = true;
        case "enum" -> {
          var values = file.addEnumTypeBuilder().setName(words[1]);
          for (int i = 2; i < words.length; i++) {
            values.addValue(
                EnumValueDescriptorProto.newBuilder().setName(words[i]).setNumber(i - 2));
          }
        }
        default -> {
          FieldDescriptorProto.Builder field = field(syntax, words, message);
          if (extending) {
            file.addExtension(field.setExtendee(".test.Request"));
          } else {
            message.addField(field);
          }
        }
      }
    }
    file.getMessageTypeBuilderList().forEach(Schema::declareOptionals);
    return new Schema(file.build());
  }

  private static FieldDescriptorProto.Builder field(
      String syntax, String[] words, DescriptorProto.Builder message) {
    FieldDescriptorProto.Builder field =
        FieldDescriptorProto.newBuilder().setLabel(Label.LABEL_OPTIONAL);
    int at = 0;
    boolean group = false;
    for (boolean more = true; more; ) {
      switch (words[at]) {
        case "repeated" -> field.setLabel(Label.LABEL_REPEATED);
        case "optional" -> field.setProto3Optional(syntax.equals("proto3"));
        case "group" -> group = true;
        case "oneof" -> {
          if (message.getOneofDeclCount() == 0) {
            message.addOneofDeclBuilder().setName("choice");
          }
          field.setOneofIndex(0);
        }
        default -> more = false;
      }
      at += more ? 1 : 0;
    }
    setType(field, words[at], group, message);
    field.setName(words[at + 1]).setNumber(Integer.parseInt(words[at + 3]));
    for (int i = at + 4; i < words.length; i++) {
      switch (words[i]) {
        case "packed" -> field.getOptionsBuilder().setPacked(true);
        case "unpacked" -> field.getOptionsBuilder().setPacked(false);
        case "leftout" ->
            field.getOptionsBuilder().setExtension(GuardProto.leftOutOfFingerprint, true);
        default -> field.setDefaultValue(words[i].substring("default=".length()));
      }
    }
    return field;
  }

  private static void setType(
      FieldDescriptorProto.Builder field,
      String name,
      boolean group,
      DescriptorProto.Builder message) {
    if (name.startsWith("map<")) {
      String[] types = name.substring(4, name.length() - 1).split(",", -1);
      int ordinal = message.getNestedTypeCount();
      DescriptorProto.Builder entry = message.addNestedTypeBuilder();
      entry.getOptionsBuilder().setMapEntry(true);
      FieldDescriptorProto.Builder key =
          FieldDescriptorProto.newBuilder().setName("key").setNumber(1);
      setType(key.setLabel(Label.LABEL_OPTIONAL), types[0], false, entry);
      FieldDescriptorProto.Builder value =
          FieldDescriptorProto.newBuilder().setName("value").setNumber(2);
      setType(value.setLabel(Label.LABEL_OPTIONAL), types[1], false, entry);
      entry.addField(key).addField(value);
      // Named after the field, as the compiler does: maps here are called "map", "map1" …
      entry.setName("Map" + (ordinal == 0 ? "" : ordinal) + "Entry");
      field
          .setLabel(Label.LABEL_REPEATED)
          .setType(FieldDescriptorProto.Type.TYPE_MESSAGE)
          .setTypeName(".test." + message.getName() + "." + entry.getName());
    } else if (Character.isUpperCase(name.charAt(0))) {
      field.setTypeName(".test." + name);
      if (name.equals("Kind")) {
        field.setType(FieldDescriptorProto.Type.TYPE_ENUM);
      } else {
        field.setType(
            group ? FieldDescriptorProto.Type.TYPE_GROUP : FieldDescriptorProto.Type.TYPE_MESSAGE);
      }
    } else {
      field.setType(FieldDescriptorProto.Type.valueOf("TYPE_" + name.toUpperCase(Locale.ROOT)));
    }
  }

  private static void declareOptionals(DescriptorProto.Builder message) {
    for (FieldDescriptorProto.Builder field : message.getFieldBuilderList()) {
      if (field.getProto3Optional()) {
        field.setOneofIndex(message.getOneofDeclCount());
        message.addOneofDeclBuilder().setName("_" + field.getName());
      }
    }
  }

  public Descriptor type() {
    return type;
  }

  RequestFingerprints fingerprints() {
    return fingerprints;
  }

  /** What a client with this schema sends. */
  public ByteString sent(String text) {
    DynamicMessage.Builder message = DynamicMessage.newBuilder(type);
    try {
      TextFormat.Parser.newBuilder().build().merge(text, extensions, message);
    } catch (TextFormat.ParseException e) {
      throw new IllegalArgumentException(e);
    }
    return message.build().toByteString();
  }

  DynamicMessage arrived(ByteString bytes) {
    try {
      return DynamicMessage.parseFrom(type, bytes, extensions);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException(e);
    }
  }

  PresentedRequest presented(ByteString bytes) {
    return fingerprints.presented(List.of(arrived(bytes)));
  }

  Fingerprint recorded(ByteString bytes) {
    return presented(bytes).fingerprint();
  }

  boolean accepts(Fingerprint recorded, ByteString retry) {
    return fingerprints.match(recorded, presented(retry));
  }

  Optional<String> difference(Fingerprint recorded, ByteString other) {
    return fingerprints.firstDifference(recorded, presented(other));
  }
}
