package io.github.grpconce.server;

import com.google.protobuf.ByteString;
import io.github.grpconce.RequestId;
import io.github.grpconce.record.Executions.Overdue;
import io.github.grpconce.v1.Execution;
import io.grpc.Attributes;
import io.grpc.Context;
import io.grpc.SecurityLevel;
import io.grpc.ServerCallHandler;
import java.util.Optional;

/** A method whose executions can be resumed without a client. */
record Resumable<ReqT, RespT>(
    GuardedMethod<ReqT, RespT> method, ServerCallHandler<ReqT, RespT> handler) {

  /**
   * Returns the call as it is stored.
   *
   * @throws IllegalArgumentException if that is not the call whose record it was found in: the
   *     method's identity or its request has been changed since
   */
  Invocation<ReqT, RespT> invocation(Overdue overdue, int maxRequestBytes) {
    Execution stored = overdue.execution();
    BufferedRequest<ReqT> request = new BufferedRequest<>(method, maxRequestBytes);
    for (ByteString message : stored.getRequestsList()) {
      request.add(method.descriptor().parseRequest(message.newInput()));
    }
    RequestId requestId = RequestId.of(stored.getRequestId());
    if (!method.identityOf(stored.getScope(), requestId).hash().equals(overdue.hash())) {
      throw new IllegalArgumentException("its method is identified differently now");
    }
    return new Invocation<>(
        method,
        handler,
        stored.getScope(),
        Optional.of(requestId),
        request,
        StoredMetadata.toMetadata(stored.getHeadersList()),
        Context.ROOT,
        Attributes.EMPTY,
        null,
        SecurityLevel.NONE);
  }
}
