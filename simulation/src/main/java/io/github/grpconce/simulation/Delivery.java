package io.github.grpconce.simulation;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One arrival of a request at a server, and the call there that it becomes. */
final class Delivery<ReqT, RespT> extends ClientCall.Listener<RespT> {

  private final Network network;
  private final Host server;
  private final NetworkCall<ReqT, RespT> origin;
  private @Nullable ClientCall<ReqT, RespT> call;
  private Metadata headers = new Metadata();
  private final List<RespT> messages = new ArrayList<>();
  private boolean over;

  Delivery(Network network, Host server, NetworkCall<ReqT, RespT> origin) {
    this.network = network;
    this.server = server;
    this.origin = origin;
  }

  /** Makes the call at the server; its client is remote, so it has no part in its context. */
  void begin(Channel channel) {
    if (over) {
      return;
    }
    origin.delivered(this);
    Metadata sent = origin.headers();
    ClientCall<ReqT, RespT> begun = channel.newCall(origin.method(), CallOptions.DEFAULT);
    call = begun;
    VirtualDeadlines.in(sent).ifPresent(limit -> server.schedule(limit, this::cancel));
    begun.start(this, sent);
    begun.request(Integer.MAX_VALUE);
    origin.messages().forEach(begun::sendMessage);
    begun.halfClose();
  }

  @Override
  public void onHeaders(Metadata responseHeaders) {
    headers = responseHeaders;
  }

  @Override
  public void onMessage(RespT response) {
    messages.add(response);
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    if (over) {
      return;
    }
    over = true;
    Answer<RespT> answer = new Answer<>(headers, List.copyOf(messages), status, trailers);
    network.testimony().hear(server.name(), origin, answer);
    network.answer(origin, () -> origin.answer(answer));
  }

  /** The client has gone, or its time is over. */
  void cancel() {
    if (!over && server.isUp()) {
      over = true;
      Optional.ofNullable(call).ifPresent(begun -> begun.cancel("the client has gone", null));
    }
  }

  boolean isOver() {
    return over;
  }

  /** The server has crashed: nothing of it is ever heard again. */
  void breakOff() {
    if (!over) {
      over = true;
      Status broken = Status.UNAVAILABLE.withDescription("connection closed");
      network.answer(origin, () -> origin.fail(broken));
    }
  }
}
