package io.github.grpconce;

import com.google.protobuf.DescriptorProtos.MethodOptions;
import com.google.protobuf.DescriptorProtos.MethodOptions.IdempotencyLevel;
import io.github.grpconce.internal.content.KnownOptions;
import io.github.grpconce.v1.GuardOptions;
import io.github.grpconce.v1.GuardProto;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads the option {@code grpconce.v1.guard} of a method's protobuf descriptor. */
final class GuardOption {

  private GuardOption() {}

  static Optional<Guard> read(MethodDescriptor<?, ?> method) {
    return optionsOf(method)
        .filter(options -> options.hasExtension(GuardProto.guard))
        .map(options -> options.getExtension(GuardProto.guard))
        .flatMap(option -> guard(method.getFullMethodName(), option));
  }

  static boolean saysNoSideEffects(MethodDescriptor<?, ?> method) {
    return optionsOf(method)
        .filter(options -> options.getIdempotencyLevel() == IdempotencyLevel.NO_SIDE_EFFECTS)
        .isPresent();
  }

  /** Whatever else there is to say of the guard: a client need not be able to keep it. */
  static RequestIdField requestIdField(MethodDescriptor<?, ?> method) {
    return optionsOf(method)
        .map(options -> requestIdField(options.getExtension(GuardProto.guard)))
        .orElse(RequestIdField.STANDARD);
  }

  private static RequestIdField requestIdField(GuardOptions option) {
    return option.hasRequestIdField()
        ? new RequestIdField(option.getRequestIdField())
        : RequestIdField.STANDARD;
  }

  /** Whether a method has the option, be it one that can be kept or not. */
  static boolean isSet(MethodDescriptor<?, ?> method) {
    return optionsOf(method).filter(options -> options.hasExtension(GuardProto.guard)).isPresent();
  }

  private static Optional<MethodOptions> optionsOf(MethodDescriptor<?, ?> method) {
    return method.getSchemaDescriptor() instanceof ProtoMethodDescriptorSupplier supplier
        ? Optional.of(KnownOptions.of(supplier.getMethodDescriptor().getOptions()))
        : Optional.empty();
  }

  private static Optional<Guard> guard(String method, GuardOptions option) {
    Guard.Mode mode;
    switch (option.getMode()) {
      case MODE_UNSPECIFIED -> {
        requireNothingElse(method, option);
        return Optional.empty();
      }
      case TRANSACTION -> mode = Guard.Mode.TRANSACTION;
      case STEPS -> mode = Guard.Mode.STEPS;
      default ->
          throw refusal(
              method, "its mode " + option.getModeValue() + " is unknown to this version");
    }
    try {
      return Optional.of(
          new Guard(
              mode,
              isRequired(method, option),
              finalFailures(method, option),
              option.getIdentity(),
              requestIdField(option),
              option.getLabelledCalls()));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(complaint(method) + e.getMessage(), e);
    }
  }

  /** Whoever sets an option of the guard means the method to be guarded. */
  private static void requireNothingElse(String method, GuardOptions option) {
    if (!option.equals(GuardOptions.getDefaultInstance())) {
      throw refusal(method, "it has options but no mode: add TRANSACTION or STEPS");
    }
  }

  private static boolean isRequired(String method, GuardOptions option) {
    return switch (option.getRequestId()) {
      case REQUEST_ID_POLICY_UNSPECIFIED, REQUIRED -> true;
      case OPTIONAL -> false;
      default ->
          throw refusal(
              method,
              "its request_id " + option.getRequestIdValue() + " is unknown to this version");
    };
  }

  private static Set<Status.Code> finalFailures(String method, GuardOptions option) {
    List<Integer> numbers = option.getFinalFailuresValueList();
    if (numbers.isEmpty()) {
      return Guard.DEFAULT_FINAL_FAILURES;
    }
    Set<Status.Code> codes = EnumSet.noneOf(Status.Code.class);
    for (int number : numbers) {
      Status.Code code = Status.fromCodeValue(number).getCode();
      if (code.value() != number) {
        throw refusal(method, "its final failure " + number + " is no status code");
      }
      codes.add(code);
    }
    return codes;
  }

  private static IllegalArgumentException refusal(String method, String why) {
    return new IllegalArgumentException(complaint(method) + why);
  }

  private static String complaint(String method) {
    return "the guard of " + method + " can't be kept: ";
  }
}
