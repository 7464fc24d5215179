package io.github.grpconce.testing.internal.link;

import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** What comes back on a call, told as a whole. */
public final class Exchange<RespT> extends ClientCall.Listener<RespT> {

  private final Consumer<Response<RespT>> onEnd;
  private final List<RespT> messages = new ArrayList<>();
  private Metadata headers = new Metadata();

  private Exchange(Consumer<Response<RespT>> onEnd) {
    this.onEnd = onEnd;
  }

  /**
   * Makes a call.
   *
   * @param onEnd told of all that came back, when the call is over
   */
  public static <ReqT, RespT> void begin(
      ClientCall<ReqT, RespT> call,
      Metadata headers,
      List<ReqT> requests,
      Consumer<Response<RespT>> onEnd) {
    send(call, new Exchange<>(onEnd), headers, requests, Integer.MAX_VALUE);
  }

  /**
   * Sends a whole request.
   *
   * @param responses how many the listener can take at once
   */
  public static <ReqT, RespT> void send(
      ClientCall<ReqT, RespT> call,
      ClientCall.Listener<RespT> listener,
      Metadata headers,
      List<ReqT> requests,
      int responses) {
    call.start(listener, headers);
    call.request(responses);
    requests.forEach(call::sendMessage);
    call.halfClose();
  }

  @Override
  public void onHeaders(Metadata responseHeaders) {
    headers = responseHeaders;
  }

  @Override
  public void onMessage(RespT message) {
    messages.add(message);
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    onEnd.accept(new Response<>(headers, List.copyOf(messages), status, trailers));
  }
}
