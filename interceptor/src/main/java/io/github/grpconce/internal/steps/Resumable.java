package io.github.grpconce.internal.steps;

import com.google.protobuf.ByteString;
import io.github.grpconce.RequestId;
import io.github.grpconce.UnreadableRecordException;
import io.github.grpconce.internal.answer.StoredMetadata;
import io.github.grpconce.internal.attempt.BufferedRequest;
import io.github.grpconce.internal.attempt.BufferedRequest.Added;
import io.github.grpconce.internal.attempt.Invocation;
import io.github.grpconce.internal.attempt.OperationKey;
import io.github.grpconce.internal.fingerprint.PresentedRequest;
import io.github.grpconce.internal.method.CallMemory;
import io.github.grpconce.internal.method.GuardedMethod;
import io.github.grpconce.internal.record.Executions.Listed;
import io.github.grpconce.internal.record.RecordIdentity;
import io.github.grpconce.v1.Execution;
import io.github.grpconce.v1.StoredRequest;
import io.grpc.Attributes;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.SecurityLevel;
import io.grpc.ServerCallHandler;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** A method whose executions can be resumed without a client. */
public record Resumable<ReqT, RespT>(
    GuardedMethod<ReqT, RespT> method, ServerCallHandler<ReqT, RespT> handler) {

  /**
   * A call as it is stored.
   *
   * @param key with the fingerprint of its first attempt, however it would be computed today
   * @param bytes of its request
   */
  public record Resumption<ReqT, RespT>(
      OperationKey key, Invocation<ReqT, RespT> invocation, int bytes) {}

  /** Whether an execution is one of this method, by today's name of it. */
  boolean began(Listed listed) {
    return identity(listed.record().getExecution()).hash().equals(listed.hash());
  }

  private RecordIdentity identity(Execution stored) {
    return method.identityOf(stored.getScope(), RequestId.of(stored.getRequestId()));
  }

  /**
   * Returns the call whose execution {@link #began}: without what its transport knew. However small
   * requests have to be now, what was begun is finished.
   *
   * @param memory what its request is counted in
   * @return empty if there is no room for it now
   * @throws UnreadableRecordException if it isn't a call of this method
   */
  Optional<Resumption<ReqT, RespT>> resumption(
      Listed listed, StoredRequest stored, CallMemory.Share memory) {
    Execution execution = listed.record().getExecution();
    OperationKey key =
        new OperationKey(
            identity(execution), PresentedRequest.recorded(listed.record().getFingerprint()));
    Metadata headers = parsed(() -> StoredMetadata.toMetadata(stored.getHeadersList()));
    return parsed(() -> request(stored, memory))
        .map(
            request ->
                new Resumption<>(
                    key, invocation(execution, request, headers), stored.getSerializedSize()));
  }

  private Invocation<ReqT, RespT> invocation(
      Execution execution, BufferedRequest<ReqT> request, Metadata headers) {
    return new Invocation<>(
        method,
        handler,
        execution.getScope(),
        Optional.of(RequestId.of(execution.getRequestId())),
        request,
        headers,
        Context.ROOT,
        Attributes.EMPTY,
        null,
        SecurityLevel.NONE,
        UnaryOperator.identity(),
        true);
  }

  private Optional<BufferedRequest<ReqT>> request(StoredRequest stored, CallMemory.Share memory) {
    BufferedRequest<ReqT> request = new BufferedRequest<>(method, Integer.MAX_VALUE, memory);
    for (ByteString message : stored.getMessagesList()) {
      if (request.add(method.descriptor().parseRequest(message.newInput())) != Added.YES) {
        request.letGo();
        return Optional.empty();
      }
    }
    return Optional.of(request);
  }

  @SuppressWarnings("UnusedException") // A marshaller's complaint can hold what it can't parse.
  private static <T> T parsed(Supplier<T> parser) {
    try {
      return parser.get();
    } catch (RuntimeException e) {
      throw new UnreadableRecordException("a stored call is not one of its method");
    }
  }
}
