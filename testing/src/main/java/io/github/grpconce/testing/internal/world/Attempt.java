package io.github.grpconce.testing.internal.world;

import io.github.grpconce.RequestId;
import io.github.grpconce.testing.internal.link.Exchange;
import io.github.grpconce.testing.internal.link.Response;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import java.util.concurrent.CompletableFuture;

/** One arrival of the call at a server. */
final class Attempt {

  private final int number;
  private final Server server;
  private final ClientCall<?, ?> call;
  private final Runnable sending;
  private final CompletableFuture<Answer> answer = new CompletableFuture<>();
  private boolean cancelled;

  <ReqT, RespT> Attempt(int number, Server server, Trial<ReqT, RespT> trial, RequestId id) {
    this.number = number;
    this.server = server;
    ClientCall<ReqT, RespT> begun = server.channel().newCall(trial.method(), CallOptions.DEFAULT);
    this.call = begun;
    this.sending =
        () -> Exchange.begin(begun, trial.headersWith(id), trial.requests(), this::letOut);
  }

  /** What comes back counts as the server lets it out. */
  private void letOut(Response<?> response) {
    server.host().pass(() -> answer.complete(Answer.of(response)));
  }

  Server server() {
    return server;
  }

  void begin() {
    sending.run();
  }

  boolean isAnswered() {
    return answer.isDone();
  }

  /** Returns the answer, which must have come. */
  Answer answer() {
    return answer.join();
  }

  boolean isCancelled() {
    return cancelled;
  }

  /** The client doesn't wait any longer, and says so. */
  void cancel() {
    cancelled = true;
    call.cancel("the client has given up", null);
  }

  @Override
  public String toString() {
    return "attempt " + number;
  }
}
