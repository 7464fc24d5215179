package io.github.grpconce.demo.runtime;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;

/** Counts each attempt in the {@link AttemptJournal}. Must be outermost: guards refuse calls. */
final class JournalInterceptor implements ServerInterceptor {

  private final AttemptJournal journal;

  JournalInterceptor(AttemptJournal journal) {
    this.journal = journal;
  }

  @Override
  public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
      ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
    return next.startCall(new JournaledCall<>(call, journal), headers);
  }
}
