package io.github.grpconce;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.MethodOptions;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import com.google.protobuf.Descriptors;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import io.github.grpconce.v1.GuardOptions;
import io.github.grpconce.v1.GuardProto;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServiceDescriptor;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import io.grpc.protobuf.ProtoUtils;

/**
 * Methods with any options, as a program has them that reads its descriptors at run time. Requests
 * have a {@code request_id} and a {@code name}.
 */
public final class TestMethods {

  public static final String SERVICE = "test.Service";

  private static final String METHOD = "Do";

  private TestMethods() {}

  public static MethodOptions guarded(GuardOptions guard) {
    return MethodOptions.newBuilder().setExtension(GuardProto.guard, guard).build();
  }

  public static MethodOptions guarded() {
    return guarded(GuardOptions.newBuilder().setMode(GuardOptions.Mode.TRANSACTION).build());
  }

  public static MethodOptions unguarded() {
    return MethodOptions.getDefaultInstance();
  }

  public static MethodOptions safe() {
    return MethodOptions.newBuilder()
        .setIdempotencyLevel(MethodOptions.IdempotencyLevel.NO_SIDE_EFFECTS)
        .build();
  }

  public static MethodDescriptor<DynamicMessage, DynamicMessage> unary(MethodOptions options) {
    return method(MethodType.UNARY, options);
  }

  /** A method {@code test.Service/Do} whose descriptor has these options. */
  public static MethodDescriptor<DynamicMessage, DynamicMessage> method(
      MethodType type, MethodOptions options) {
    return method(type, file(options, "proto3"));
  }

  private static MethodDescriptor<DynamicMessage, DynamicMessage> method(
      MethodType type, FileDescriptor file) {
    Descriptor message = file.findMessageTypeByName("Request");
    var marshaller = ProtoUtils.marshaller(DynamicMessage.getDefaultInstance(message));
    return MethodDescriptor.newBuilder(marshaller, marshaller)
        .setType(type)
        .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, METHOD))
        .setSchemaDescriptor(new Schema(file))
        .build();
  }

  /** The service whose only method this is. */
  public static ServiceDescriptor service(MethodDescriptor<?, ?> method) {
    return ServiceDescriptor.newBuilder(SERVICE).addMethod(method).build();
  }

  /** A request of {@link #method}; an empty ID leaves the field unset. */
  public static DynamicMessage request(
      MethodDescriptor<DynamicMessage, DynamicMessage> method, String requestId, String name) {
    var marshaller =
        (MethodDescriptor.PrototypeMarshaller<DynamicMessage>) method.getRequestMarshaller();
    DynamicMessage prototype = marshaller.getMessagePrototype();
    Descriptor type = prototype.getDescriptorForType();
    return prototype.toBuilder()
        .setField(type.findFieldByName("request_id"), requestId)
        .setField(type.findFieldByName("name"), name)
        .build();
  }

  /** A guarded method whose {@code request_id} has presence, and a default that is no ID. */
  public static MethodDescriptor<DynamicMessage, DynamicMessage> withPresence() {
    return method(MethodType.UNARY, file(guarded(), "proto2"));
  }

  /** A request of {@link #withPresence} in which the ID is set to this, be it empty. */
  public static DynamicMessage requestWithPresence(String requestId) {
    return request(withPresence(), requestId, "name");
  }

  /** A request of {@link #withPresence} in which the ID is not set. */
  public static DynamicMessage requestWithoutId() {
    DynamicMessage set = requestWithPresence("");
    return set.toBuilder()
        .clearField(set.getDescriptorForType().findFieldByName("request_id"))
        .build();
  }

  private static FileDescriptor file(MethodOptions options, String syntax) {
    FieldDescriptorProto.Builder requestId = text("request_id", 1).toBuilder();
    if (syntax.equals("proto2")) {
      requestId.setDefaultValue("unset");
    }
    FileDescriptorProto file =
        FileDescriptorProto.newBuilder()
            .setName("test.proto")
            .setPackage("test")
            .setSyntax(syntax)
            .addMessageType(
                DescriptorProto.newBuilder()
                    .setName("Request")
                    .addField(requestId)
                    .addField(text("name", 2)))
            .addService(
                ServiceDescriptorProto.newBuilder()
                    .setName("Service")
                    .addMethod(
                        MethodDescriptorProto.newBuilder()
                            .setName(METHOD)
                            .setInputType(".test.Request")
                            .setOutputType(".test.Request")
                            .setOptions(options)))
            .build();
    try {
      return FileDescriptor.buildFrom(file, new FileDescriptor[0]);
    } catch (DescriptorValidationException e) {
      throw new AssertionError(e);
    }
  }

  private static FieldDescriptorProto text(String name, int number) {
    return FieldDescriptorProto.newBuilder()
        .setName(name)
        .setNumber(number)
        .setType(FieldDescriptorProto.Type.TYPE_STRING)
        .setLabel(FieldDescriptorProto.Label.LABEL_OPTIONAL)
        .build();
  }

  private record Schema(FileDescriptor file) implements ProtoMethodDescriptorSupplier {

    @Override
    public FileDescriptor getFileDescriptor() {
      return file;
    }

    @Override
    public Descriptors.ServiceDescriptor getServiceDescriptor() {
      return file.findServiceByName("Service");
    }

    @Override
    public Descriptors.MethodDescriptor getMethodDescriptor() {
      return getServiceDescriptor().findMethodByName(METHOD);
    }
  }
}
