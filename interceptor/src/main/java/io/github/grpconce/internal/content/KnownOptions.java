package io.github.grpconce.internal.content;

import com.google.protobuf.DescriptorProtos.FieldOptions;
import com.google.protobuf.DescriptorProtos.MethodOptions;
import com.google.protobuf.ExtensionRegistry;
import com.google.protobuf.InvalidProtocolBufferException;
import io.github.grpconce.v1.GuardProto;

/**
 * The options of a descriptor, ours among them. Generated descriptors know ours; those made at run
 * time, from a descriptor set or through server reflection, hold them as unknown fields. Parsing
 * again makes the two equal.
 */
public final class KnownOptions {

  private KnownOptions() {}

  public static MethodOptions of(MethodOptions options) {
    if (!options.getUnknownFields().hasField(GuardProto.guard.getNumber())) {
      return options;
    }
    try {
      return MethodOptions.parseFrom(options.toByteString(), registry());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("the option grpconce.v1.guard is malformed", e);
    }
  }

  public static FieldOptions of(FieldOptions options) {
    if (!options.getUnknownFields().hasField(GuardProto.leftOutOfFingerprint.getNumber())) {
      return options;
    }
    try {
      return FieldOptions.parseFrom(options.toByteString(), registry());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException(
          "the option grpconce.v1.left_out_of_fingerprint is malformed", e);
    }
  }

  private static ExtensionRegistry registry() {
    ExtensionRegistry registry = ExtensionRegistry.newInstance();
    GuardProto.registerAllExtensions(registry);
    return registry;
  }
}
