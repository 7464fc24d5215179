package io.github.grpconce.simulation.network;

import static com.google.common.util.concurrent.MoreExecutors.directExecutor;

import com.apple.foundationdb.async.Cancellable;
import io.github.grpconce.simulation.world.Host;
import io.github.grpconce.testing.internal.link.Response;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A call at the client's end of the network. The first news of its end is what counts. */
public final class NetworkCall<ReqT, RespT> extends ClientCall<ReqT, RespT> {

  /** Within this everything is answered where nothing goes wrong. */
  private static final Duration LONG_ENOUGH = Duration.ofSeconds(3);

  private final Network network;
  private final Host client;
  private final String caller;
  private final MethodDescriptor<ReqT, RespT> method;
  private final @Nullable Deadline deadline;
  private final Context context = Context.current();
  private final Context.CancellationListener onCancellation =
      cancelled -> cancel("the caller's context was cancelled", null);
  private final List<ReqT> messages = new ArrayList<>();
  private final List<Delivery<ReqT, RespT>> deliveries = new ArrayList<>();
  private Metadata headers = new Metadata();
  private @Nullable Listener<RespT> listener;
  private @Nullable Cancellable timer;

  NetworkCall(
      Network network,
      Host client,
      String caller,
      MethodDescriptor<ReqT, RespT> method,
      CallOptions options) {
    this.network = network;
    this.client = client;
    this.caller = caller;
    this.method = method;
    this.deadline = earlier(options.getDeadline(), context.getDeadline());
  }

  private static @Nullable Deadline earlier(@Nullable Deadline a, @Nullable Deadline b) {
    return a == null || b == null ? (a == null ? b : a) : a.minimum(b);
  }

  Host client() {
    return client;
  }

  public MethodDescriptor<ReqT, RespT> method() {
    return method;
  }

  public List<ReqT> messages() {
    return messages;
  }

  /** Returns the headers, as each delivery may keep them. */
  public Metadata headers() {
    Metadata copy = new Metadata();
    copy.merge(headers);
    return copy;
  }

  void delivered(Delivery<ReqT, RespT> delivery) {
    deliveries.add(delivery);
  }

  @Override
  public void start(Listener<RespT> responses, Metadata requestHeaders) {
    listener = responses;
    headers = requestHeaders;
    headers.put(Network.CALLER, caller);
    context.addListener(onCancellation, directExecutor());
    if (deadline != null) {
      Duration left = Duration.ofNanos(deadline.timeRemaining(TimeUnit.NANOSECONDS));
      VirtualDeadlines.put(headers, left);
      timer = client.schedule(left, () -> fail(Status.DEADLINE_EXCEEDED));
      if (network.isSettled() && left.compareTo(LONG_ENOUGH) > 0) {
        client.schedule(LONG_ENOUGH, this::complainUnlessAnswered);
      }
    }
  }

  @Override
  public void request(int messages) {
    // Responses are taken whenever they come.
  }

  @Override
  public void sendMessage(ReqT request) {
    messages.add(request);
  }

  @Override
  public void halfClose() {
    network.send(this);
  }

  @Override
  public void cancel(@Nullable String why, @Nullable Throwable cause) {
    client.execute(() -> fail(Status.CANCELLED.withDescription(why).withCause(cause)));
  }

  private void complainUnlessAnswered() {
    if (listener != null) {
      network.witness().leftWaiting(this);
    }
  }

  void fail(Status status) {
    answer(new Response<>(new Metadata(), List.of(), status, new Metadata()));
  }

  /** Ends the call, unless it is over. */
  void answer(Response<RespT> answer) {
    Listener<RespT> waiting = listener;
    if (waiting == null) {
      return;
    }
    listener = null;
    if (timer != null) {
      timer.cancel();
    }
    context.removeListener(onCancellation);
    deliveries.forEach(network::cancel);
    context.run(() -> tell(waiting, answer));
  }

  private static <RespT> void tell(Listener<RespT> listener, Response<RespT> answer) {
    if (!answer.messages().isEmpty()) {
      listener.onHeaders(answer.headers());
      answer.messages().forEach(listener::onMessage);
    }
    listener.onClose(answer.status(), answer.trailers());
  }
}
