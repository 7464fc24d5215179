package io.github.grpconce.server;

import com.google.protobuf.ByteString;
import io.github.grpconce.RequestId;
import io.github.grpconce.record.Executions.Overdue;
import io.github.grpconce.record.UnreadableRecordException;
import io.github.grpconce.server.BufferedRequest.Added;
import io.github.grpconce.v1.Execution;
import io.grpc.Attributes;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.SecurityLevel;
import io.grpc.ServerCallHandler;
import java.util.Optional;
import java.util.function.Supplier;

/** A method whose executions can be resumed without a client. */
record Resumable<ReqT, RespT>(
    GuardedMethod<ReqT, RespT> method, ServerCallHandler<ReqT, RespT> handler) {

  /**
   * Returns the call as it is stored. However small requests have to be now, what was begun is
   * finished.
   *
   * @param memory what its request is counted in
   * @return empty if there is no room for it now
   * @throws IllegalArgumentException if that is not the call whose record it was found in: the
   *     method's identity or its request has been changed since
   * @throws UnreadableRecordException if it isn't a call of this method
   */
  Optional<Invocation<ReqT, RespT>> invocation(Overdue overdue, CallMemory.Share memory) {
    Execution stored = overdue.execution();
    RequestId requestId = RequestId.of(stored.getRequestId());
    if (!method.identityOf(stored.getScope(), requestId).hash().equals(overdue.hash())) {
      throw new IllegalArgumentException("its method is identified differently now");
    }
    Metadata headers = parsed(() -> StoredMetadata.toMetadata(stored.getHeadersList()));
    return parsed(() -> request(stored, memory))
        .map(request -> invocation(stored.getScope(), requestId, request, headers));
  }

  private Invocation<ReqT, RespT> invocation(
      String scope, RequestId requestId, BufferedRequest<ReqT> request, Metadata headers) {
    return new Invocation<>(
        method,
        handler,
        scope,
        Optional.of(requestId),
        request,
        headers,
        Context.ROOT,
        Attributes.EMPTY,
        null,
        SecurityLevel.NONE);
  }

  private Optional<BufferedRequest<ReqT>> request(Execution stored, CallMemory.Share memory) {
    BufferedRequest<ReqT> request = new BufferedRequest<>(method, Integer.MAX_VALUE, memory);
    for (ByteString message : stored.getRequestsList()) {
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
