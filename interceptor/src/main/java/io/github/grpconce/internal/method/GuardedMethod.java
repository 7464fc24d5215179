package io.github.grpconce.internal.method;

import com.google.common.collect.Lists;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Message;
import com.google.protobuf.MessageLite;
import io.github.grpconce.Guard;
import io.github.grpconce.GuardedExecution;
import io.github.grpconce.RequestId;
import io.github.grpconce.UnreadableRecordException;
import io.github.grpconce.internal.answer.Answer;
import io.github.grpconce.internal.answer.Outcomes;
import io.github.grpconce.internal.answer.Refusals;
import io.github.grpconce.internal.fingerprint.PresentedRequest;
import io.github.grpconce.internal.fingerprint.RequestFingerprints;
import io.github.grpconce.internal.record.RecordIdentity;
import io.github.grpconce.v1.Outcome;
import io.github.grpconce.v1.Record;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What is known of a guarded method before any call of it. Immutable. */
public final class GuardedMethod<ReqT, RespT> {

  private final MethodDescriptor<ReqT, RespT> descriptor;
  private final Guard guard;
  private final RequestFingerprints fingerprints;

  GuardedMethod(
      MethodDescriptor<ReqT, RespT> descriptor, Guard guard, RequestFingerprints fingerprints) {
    this.descriptor = descriptor;
    this.guard = guard;
    this.fingerprints = fingerprints;
  }

  /**
   * Returns the fingerprints of a method's requests: worth keeping, because it reads the schema.
   */
  static RequestFingerprints fingerprintsOf(MethodDescriptor<?, ?> method, Guard guard) {
    String identity = guard.identityOf(method);
    return requestType(method)
        .map(type -> RequestFingerprints.of(identity, type, guard.requestIdField()))
        .orElseGet(() -> RequestFingerprints.ofBytes(identity));
  }

  private static Optional<Descriptor> requestType(MethodDescriptor<?, ?> method) {
    if (method.getSchemaDescriptor() instanceof ProtoMethodDescriptorSupplier supplier) {
      return Optional.of(supplier.getMethodDescriptor().getInputType());
    }
    return method.getRequestMarshaller()
                instanceof MethodDescriptor.PrototypeMarshaller<?> marshaller
            && marshaller.getMessagePrototype() instanceof Message prototype
        ? Optional.of(prototype.getDescriptorForType())
        : Optional.empty();
  }

  public MethodDescriptor<ReqT, RespT> descriptor() {
    return descriptor;
  }

  public Guard guard() {
    return guard;
  }

  public RequestFingerprints fingerprints() {
    return fingerprints;
  }

  public RecordIdentity identityOf(String scope, RequestId requestId) {
    return RecordIdentity.of(scope, guard.identityOf(descriptor), requestId);
  }

  /** Begins an execution, as the calls that it makes see it: of the same identity's parts. */
  public GuardedExecution executionOf(String scope, RequestId requestId) {
    return labelled(new GuardedExecution(requestId, scope, guard.identityOf(descriptor)));
  }

  /** As above; the calls that it makes bear a time, although an opaque ID has none. */
  public GuardedExecution executionOf(String scope, RequestId requestId, Instant since) {
    return labelled(new GuardedExecution(requestId, scope, guard.identityOf(descriptor), since));
  }

  private GuardedExecution labelled(GuardedExecution execution) {
    return guard.labelledCalls() ? execution.withLabelledCalls() : execution;
  }

  /** Returns the refusal of a request that is not the one whose record was found. */
  public Optional<StatusRuntimeException> reuse(Record record, PresentedRequest request) {
    return fingerprints.match(record.getFingerprint(), request)
        ? Optional.empty()
        : Optional.of(
            Refusals.requestIdReused(
                fingerprints.firstDifference(record.getFingerprint(), request)));
  }

  /**
   * Turns a recorded outcome into an answer.
   *
   * @throws UnreadableRecordException if it isn't an outcome of this method
   */
  @SuppressWarnings("UnusedException") // A marshaller's complaint can hold what it can't parse.
  public Answer<RespT> answer(Outcome outcome) {
    try {
      if (fits(outcome)) {
        List<ByteString> responses = outcome.getResponsesList();
        return Outcomes.answer(
            outcome,
            forEachAttempt(responses.stream().map(this::parseResponse).toList(), responses));
      }
    } catch (RuntimeException e) {
      // It doesn't fit either.
    }
    throw new UnreadableRecordException("a recorded outcome is not one of its method");
  }

  /** Failures have no responses, and successes of most methods have one. */
  private boolean fits(Outcome outcome) {
    int responses = outcome.getResponsesCount();
    boolean success = outcome.getCode() == Status.Code.OK.value();
    return Status.fromCodeValue(outcome.getCode()).getCode().value() == outcome.getCode()
        && (success
            ? responses == 1 || !descriptor.getType().serverSendsOneMessage()
            : responses == 0);
  }

  /**
   * Returns responses that every attempt can be sent: those that are no Protobuf messages may be
   * read but once, as streams are, and are parsed anew whenever they are gone through.
   */
  public List<RespT> forEachAttempt(List<RespT> parsed, List<ByteString> serialised) {
    return parsed.stream().allMatch(MessageLite.class::isInstance)
        ? List.copyOf(parsed)
        : Lists.transform(List.copyOf(serialised), this::parseResponse);
  }

  public RespT parseResponse(ByteString response) {
    return descriptor.parseResponse(response.newInput());
  }

  public ByteString serialise(RespT response) {
    return bytes(descriptor.streamResponse(response));
  }

  public static ByteString bytes(InputStream stream) {
    try (stream) {
      return ByteString.readFrom(stream);
    } catch (IOException e) {
      throw new UncheckedIOException("a message in memory can't be read", e);
    }
  }
}
