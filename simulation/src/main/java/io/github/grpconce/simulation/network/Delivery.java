package io.github.grpconce.simulation.network;

import io.github.grpconce.simulation.world.Host;
import io.github.grpconce.testing.internal.link.Exchange;
import io.github.grpconce.testing.internal.link.Response;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One arrival of a request at a server, and the call there that it becomes. */
final class Delivery<ReqT, RespT> {

  private final Network network;
  private final Host server;
  private final NetworkCall<ReqT, RespT> origin;
  private @Nullable ClientCall<ReqT, RespT> call;
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
    Exchange.begin(begun, sent, origin.messages(), this::end);
  }

  private void end(Response<RespT> response) {
    if (!over) {
      over = true;
      network.witness().hear(server.name(), origin, response);
      network.answer(origin, () -> origin.answer(response));
    }
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
