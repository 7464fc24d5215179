package io.github.grpconce.testing.internal.downstream;

import com.apple.foundationdb.Database;
import io.github.grpconce.Guard;
import io.github.grpconce.IdempotencyHeaders;
import io.github.grpconce.client.IdempotencyClientInterceptor;
import io.github.grpconce.server.IdempotencyServerInterceptor;
import io.github.grpconce.testing.internal.link.InProcess;
import io.github.grpconce.testing.internal.process.Conductor;
import io.github.grpconce.testing.internal.process.GuardsRecords;
import io.github.grpconce.testing.internal.process.Host;
import io.github.grpconce.testing.internal.process.Printed;
import io.github.grpconce.testing.internal.time.HandlerThreads;
import io.github.grpconce.testing.internal.time.WorldTime;
import io.grpc.BindableService;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerServiceDefinition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * The services that the one under test calls, guarded where their methods say so. They never die
 * themselves: what happens to the calls is enough. Thread-safe.
 */
public final class Downstream {

  /** One arrival of a call. */
  public record Arrival(String method, String requestId, List<Object> messages) {

    /** Returns what must be the same in every execution. */
    public String name() {
      return method + " " + requestId;
    }

    @Override
    public String toString() {
      return name() + " " + messages.stream().map(Printed::value).toList();
    }
  }

  private static final String NONE = "none";

  /** The world's clock isn't that of whoever makes an ID of their own. */
  private static final Duration ANY = Duration.ofDays(36_500);

  private final Database database;
  private final InProcess server;
  private final List<Arrival> arrivals = new ArrayList<>();

  public Downstream(
      Database database,
      List<Function<Database, BindableService>> services,
      WorldTime time,
      HandlerThreads threads) {
    this.database = database;
    Host host = new Host("downstream", time);
    IdempotencyServerInterceptor guard =
        IdempotencyServerInterceptor.newBuilder(database, GuardsRecords.SUBSPACE)
            .executor(threads)
            .scheduler(host.timer())
            .clock(time)
            .allowedSkew(ANY)
            .withoutRecovery()
            .build();
    List<ServerServiceDefinition> guarded =
        services.stream().map(service -> guard.guard(service.apply(database))).toList();
    host.started();
    this.server = InProcess.start(guarded, threads);
  }

  public Database database() {
    return database;
  }

  ManagedChannel channel() {
    return server.channel();
  }

  /** Returns a server's channel to these services. */
  public Channel from(Host host, Conductor conductor) {
    return ClientInterceptors.intercept(
        new Way(host, conductor), IdempotencyClientInterceptor.create());
  }

  private final class Way extends Channel {
    private final Host host;
    private final Conductor conductor;

    Way(Host host, Conductor conductor) {
      this.host = host;
      this.conductor = conductor;
    }

    /** A conversation can't be held back until it is complete. */
    @Override
    public <ReqT, RespT> ClientCall<ReqT, RespT> newCall(
        MethodDescriptor<ReqT, RespT> method, CallOptions options) {
      return method.getType() == MethodType.BIDI_STREAMING
          ? channel().newCall(method, options)
          : new OutgoingCall<>(host, conductor, Downstream.this, method, options);
    }

    @Override
    public String authority() {
      return channel().authority();
    }
  }

  /** Notes a call that arrives; one that changes nothing is nobody's concern. */
  synchronized void note(MethodDescriptor<?, ?> method, Metadata headers, List<?> messages) {
    if (!Guard.isSafe(method)) {
      String id = headers.get(IdempotencyHeaders.REQUEST_ID);
      arrivals.add(
          new Arrival(method.getFullMethodName(), id == null ? NONE : id, List.copyOf(messages)));
    }
  }

  public synchronized List<Arrival> arrivals() {
    return List.copyOf(arrivals);
  }

  public void close() {
    server.close();
    database.close();
  }
}
