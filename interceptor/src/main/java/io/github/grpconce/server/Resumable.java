package io.github.grpconce.server;

import com.google.protobuf.ByteString;
import io.github.grpconce.RequestId;
import io.github.grpconce.record.Executions.Overdue;
import io.github.grpconce.record.UnreadableRecordException;
import io.github.grpconce.v1.Execution;
import io.grpc.Attributes;
import io.grpc.Context;
import io.grpc.SecurityLevel;
import io.grpc.ServerCallHandler;
import java.util.Optional;
import java.util.function.Supplier;

/** A method whose executions can be resumed without a client. */
record Resumable<ReqT, RespT>(
    GuardedMethod<ReqT, RespT> method, ServerCallHandler<ReqT, RespT> handler) {

  /**
   * Returns the call as it is stored. Whatever the limits are now, what was begun is finished.
   *
   * @param memory what its request is counted in
   * @throws IllegalArgumentException if that is not the call whose record it was found in: the
   *     method's identity or its request has been changed since
   * @throws UnreadableRecordException if it isn't a call of this method
   */
  Invocation<ReqT, RespT> invocation(Overdue overdue, CallMemory.Share memory) {
    Execution stored = overdue.execution();
    RequestId requestId = RequestId.of(stored.getRequestId());
    if (!method.identityOf(stored.getScope(), requestId).hash().equals(overdue.hash())) {
      throw new IllegalArgumentException("its method is identified differently now");
    }
    return new Invocation<>(
        method,
        handler,
        stored.getScope(),
        Optional.of(requestId),
        parsed(() -> request(stored, memory)),
        parsed(() -> StoredMetadata.toMetadata(stored.getHeadersList())),
        Context.ROOT,
        Attributes.EMPTY,
        null,
        SecurityLevel.NONE);
  }

  private BufferedRequest<ReqT> request(Execution stored, CallMemory.Share memory) {
    BufferedRequest<ReqT> request = new BufferedRequest<>(method, Integer.MAX_VALUE, memory);
    for (ByteString message : stored.getRequestsList()) {
      request.add(method.descriptor().parseRequest(message.newInput()));
    }
    return request;
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
