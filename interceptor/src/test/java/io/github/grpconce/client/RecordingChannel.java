package io.github.grpconce.client;

import io.github.grpconce.IdempotencyHeaders;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Writes down what is done with its calls, and does nothing. */
public final class RecordingChannel extends Channel {

  private final List<String> transcript = Collections.synchronizedList(new ArrayList<>());
  private volatile Metadata headers = new Metadata();
  private volatile Runnable onStart = () -> {};

  /** Runs within the start of the next call, as a direct executor's callbacks would. */
  public void onStart(Runnable action) {
    onStart = action;
  }

  /** What was done with all calls. */
  public List<String> transcript() {
    return List.copyOf(transcript);
  }

  /** The headers of the last call that was started. */
  Metadata headers() {
    return headers;
  }

  /** The request ID of the last call that was started. */
  public Optional<String> requestId() {
    return Optional.ofNullable(headers.get(IdempotencyHeaders.REQUEST_ID));
  }

  @Override
  public <ReqT, RespT> ClientCall<ReqT, RespT> newCall(
      MethodDescriptor<ReqT, RespT> method, CallOptions options) {
    return new RecordingCall<>();
  }

  @Override
  public String authority() {
    return "recording";
  }

  private final class RecordingCall<ReqT, RespT> extends ClientCall<ReqT, RespT> {

    @Override
    public void start(Listener<RespT> listener, Metadata started) {
      headers = started;
      transcript.add("start");
      onStart.run();
    }

    @Override
    public void request(int numMessages) {
      transcript.add("request " + numMessages);
    }

    @Override
    public void cancel(String message, Throwable cause) {
      transcript.add("cancel " + message);
    }

    @Override
    public void halfClose() {
      transcript.add("halfClose");
    }

    @Override
    public void sendMessage(ReqT message) {
      transcript.add("message");
    }

    @Override
    public void setMessageCompression(boolean enabled) {
      transcript.add("compression " + enabled);
    }

    @Override
    public boolean isReady() {
      return false;
    }
  }
}
