package io.github.grpconce.server;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;

/** A handler that is resumed within the context that the application restores for it. */
record RestoringHandler<ReqT, RespT>(
    ServerCallHandler<ReqT, RespT> handler, ResumedContext restored)
    implements ServerCallHandler<ReqT, RespT> {

  @Override
  public ServerCall.Listener<ReqT> startCall(ServerCall<ReqT, RespT> call, Metadata headers) {
    Context context =
        restored.restore(
            Context.current(),
            call.getMethodDescriptor(),
            IdempotentCall.current().scope(),
            Answer.copy(headers));
    return Contexts.interceptCall(context, call, headers, handler);
  }
}
