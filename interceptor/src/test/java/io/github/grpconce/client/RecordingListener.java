package io.github.grpconce.client;

import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;

/** Keeps how a call ended. */
public final class RecordingListener<T> extends ClientCall.Listener<T> {

  private final List<StatusRuntimeException> ends = new ArrayList<>();

  @Override
  public void onClose(Status status, Metadata trailers) {
    ends.add(status.asRuntimeException(trailers));
  }

  /** Empty, or the one way in which the call ended. */
  public List<StatusRuntimeException> ends() {
    return ends;
  }
}
