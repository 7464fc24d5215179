package io.github.grpconce.testing;

import io.github.grpconce.RequestId;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** One arrival of the call at a server. */
final class Attempt {

  private final int number;
  private final Server server;
  private final Sending<?, ?> sending;
  private boolean cancelled;

  <ReqT, RespT> Attempt(int number, Server server, Trial<ReqT, RespT> trial, RequestId id) {
    this.number = number;
    this.server = server;
    this.sending =
        new Sending<>(
            server.host(),
            server.channel().newCall(trial.method(), CallOptions.DEFAULT),
            trial.headersWith(id),
            trial.requests());
  }

  /** A request on its way, and what comes back: as a whole, and as the server lets it out. */
  private static final class Sending<ReqT, RespT> extends ClientCall.Listener<RespT> {
    private final Host server;
    private final ClientCall<ReqT, RespT> call;
    private final Metadata requestHeaders;
    private final List<ReqT> requests;
    private final CompletableFuture<Answer> answer = new CompletableFuture<>();
    private final List<Object> messages = new ArrayList<>();
    private Metadata headers = new Metadata();

    Sending(
        Host server, ClientCall<ReqT, RespT> call, Metadata requestHeaders, List<ReqT> requests) {
      this.server = server;
      this.call = call;
      this.requestHeaders = requestHeaders;
      this.requests = requests;
    }

    void begin() {
      call.start(this, requestHeaders);
      call.request(Integer.MAX_VALUE);
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
      Answer complete = Answer.of(headers, messages, status, trailers);
      server.pass(() -> answer.complete(complete));
    }
  }

  Server server() {
    return server;
  }

  void begin() {
    sending.begin();
  }

  boolean isAnswered() {
    return sending.answer.isDone();
  }

  /** Returns the answer, which must have come. */
  Answer answer() {
    return sending.answer.join();
  }

  boolean isCancelled() {
    return cancelled;
  }

  /** The client doesn't wait any longer, and says so. */
  void cancel() {
    cancelled = true;
    sending.call.cancel("the client has given up", null);
  }

  @Override
  public String toString() {
    return "attempt " + number;
  }
}
