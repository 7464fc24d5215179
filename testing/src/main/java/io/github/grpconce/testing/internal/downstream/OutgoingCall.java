package io.github.grpconce.testing.internal.downstream;

import io.github.grpconce.testing.internal.link.Exchange;
import io.github.grpconce.testing.internal.process.Conductor;
import io.github.grpconce.testing.internal.process.Host;
import io.github.grpconce.testing.internal.process.Incident;
import io.github.grpconce.testing.internal.process.Printed;
import io.github.grpconce.testing.internal.scenario.Mishap;
import io.github.grpconce.testing.internal.scenario.Step.Kind;
import io.github.grpconce.testing.internal.scenario.Strike;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A call that a server makes to another service. It leaves the server when its request is complete:
 * that is the step.
 */
final class OutgoingCall<ReqT, RespT> extends ClientCall<ReqT, RespT> {

  private final Host host;
  private final Conductor conductor;
  private final Downstream downstream;
  private final MethodDescriptor<ReqT, RespT> method;
  private final CallOptions options;
  private final ClientCall<ReqT, RespT> call;
  private final List<ReqT> messages = new ArrayList<>();
  private Metadata headers = new Metadata();
  private @Nullable Caller<RespT> caller;
  private int requested;
  private boolean sent;
  private boolean cancelled;

  OutgoingCall(
      Host host,
      Conductor conductor,
      Downstream downstream,
      MethodDescriptor<ReqT, RespT> method,
      CallOptions options) {
    this.host = host;
    this.conductor = conductor;
    this.downstream = downstream;
    this.method = method;
    this.options = options;
    this.call = downstream.channel().newCall(method, options);
  }

  @Override
  public synchronized void start(Listener<RespT> responses, Metadata requestHeaders) {
    caller = new Caller<>(host, responses, options.getExecutor());
    headers = requestHeaders;
  }

  @Override
  public synchronized void request(int count) {
    if (sent) {
      host.pass(() -> call.request(count));
    } else {
      requested += count;
    }
  }

  @Override
  public synchronized void sendMessage(ReqT message) {
    messages.add(message);
  }

  @Override
  public void halfClose() {
    String what =
        "calls "
            + method.getFullMethodName()
            + " "
            + messages.stream().map(Printed::value).toList();
    Optional<Mishap> mishap = conductor.next(host, Kind.CALL, what).map(Strike::mishap);
    if (mishap.isEmpty()) {
      host.pass(() -> send(new Answers(Optional.empty())));
      return;
    }
    switch (mishap.get()) {
      case CALL_ANSWER_LOST, CALL_ANSWERED_SERVER_DIES ->
          host.pass(() -> send(new Answers(mishap)));
      case CALL_ARRIVES_TWICE ->
          host.pass(
              () -> {
                sendCopy();
                send(new Answers(Optional.empty()));
              });
      default ->
          conductor.hold(
              new Incident(
                  host, mishap.get(), () -> host.pass(() -> send(new Answers(Optional.empty())))));
    }
  }

  /** As one: who hears of its end meanwhile must not cut in. */
  private synchronized void send(Listener<RespT> answers) {
    if (!cancelled) {
      sent = true;
      downstream.note(method, headers, messages);
      Exchange.send(call, answers, headers, messages, requested);
    }
  }

  private void sendCopy() {
    Channel channel = downstream.channel();
    downstream.note(method, headers, messages);
    Metadata copy = new Metadata();
    copy.merge(headers);
    Exchange.begin(channel.newCall(method, CallOptions.DEFAULT), copy, messages, unheard -> {});
  }

  @Override
  public synchronized void cancel(@Nullable String message, @Nullable Throwable cause) {
    if (sent) {
      host.pass(() -> call.cancel(message, cause));
    } else if (!cancelled) {
      cancelled = true;
      caller().close(Status.CANCELLED.withDescription(message).withCause(cause), new Metadata());
    }
  }

  private Caller<RespT> caller() {
    return Objects.requireNonNull(caller, "the call was not started");
  }

  /** What comes back, unless it gets lost. */
  private final class Answers extends Listener<RespT> {
    private final Optional<Mishap> mishap;

    Answers(Optional<Mishap> mishap) {
      this.mishap = mishap;
    }

    @Override
    public void onHeaders(Metadata responseHeaders) {
      if (mishap.isEmpty()) {
        caller().tell(waiting -> waiting.onHeaders(responseHeaders));
      }
    }

    @Override
    public void onMessage(RespT message) {
      if (mishap.isEmpty()) {
        caller().tell(waiting -> waiting.onMessage(message));
      }
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      if (mishap.isEmpty()) {
        caller().close(status, trailers);
      } else if (mishap.get() == Mishap.CALL_ANSWER_LOST) {
        caller().loseConnection();
      } else {
        conductor.hold(new Incident(host, mishap.get(), () -> {}));
      }
    }
  }
}
