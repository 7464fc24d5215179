package io.github.grpconce.simulation.network;

import io.github.grpconce.simulation.world.EventLoop;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Gives calls their deadlines at the server, in virtual time. gRPC's own server makes them of the
 * machine's clock.
 */
final class VirtualDeadlines implements ServerInterceptor {

  private static final Metadata.Key<String> NANOS =
      Metadata.Key.of("simulation-timeout-nanos", Metadata.ASCII_STRING_MARSHALLER);

  private final EventLoop loop;
  private final ScheduledExecutorService scheduler;

  VirtualDeadlines(EventLoop loop, ScheduledExecutorService scheduler) {
    this.loop = loop;
    this.scheduler = scheduler;
  }

  static void put(Metadata headers, Duration left) {
    headers.put(NANOS, Long.toString(left.toNanos()));
  }

  static Optional<Duration> in(Metadata headers) {
    return Optional.ofNullable(headers.get(NANOS)).map(Long::valueOf).map(Duration::ofNanos);
  }

  @Override
  public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
      ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
    Optional<Duration> left = in(headers);
    if (left.isEmpty()) {
      return next.startCall(call, headers);
    }
    Deadline deadline = Deadline.after(left.get().toNanos(), TimeUnit.NANOSECONDS, loop);
    Context context = Context.current().withDeadline(deadline, scheduler);
    return Contexts.interceptCall(context, call, headers, next);
  }
}
