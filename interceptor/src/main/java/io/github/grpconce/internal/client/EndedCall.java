package io.github.grpconce.internal.client;

import io.grpc.ClientCall;
import io.grpc.Metadata;
import org.jspecify.annotations.Nullable;

/** Stands for a call that ended before it was started: its caller may not have noticed yet. */
class EndedCall<ReqT, RespT> extends ClientCall<ReqT, RespT> {

  @Override
  public void start(Listener<RespT> listener, Metadata headers) {}

  @Override
  public void request(int numMessages) {}

  @Override
  public void cancel(@Nullable String message, @Nullable Throwable cause) {}

  @Override
  public void halfClose() {}

  @Override
  public void sendMessage(ReqT message) {}

  /** Nothing will be sent. */
  @Override
  public boolean isReady() {
    return false;
  }
}
