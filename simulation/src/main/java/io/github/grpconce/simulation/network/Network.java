package io.github.grpconce.simulation.network;

import io.github.grpconce.simulation.world.Chance;
import io.github.grpconce.simulation.world.EventLoop;
import io.github.grpconce.simulation.world.Fault;
import io.github.grpconce.simulation.world.Host;
import io.github.grpconce.simulation.world.Weather;
import io.github.grpconce.simulation.world.World;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;

/**
 * The network between clients and servers: it loses, doubles, delays and reorders.
 *
 * <p>It is a channel to its clients, and calls the servers through gRPC's in-process transport. The
 * retries are the simulated clients' own: those of gRPC's channels draw their back-off from a
 * source of randomness that can't be given.
 */
public final class Network {

  /** Who is calling, as something trusted between the two would say. */
  public static final Metadata.Key<String> CALLER =
      Metadata.Key.of("simulation-caller", Metadata.ASCII_STRING_MARSHALLER);

  private static final Duration USUAL = Duration.ofMillis(20);
  private static final Duration SOON = Duration.ofSeconds(10);

  private final EventLoop loop;
  private final Duration longestDelay;
  private final Weather weather;
  private final Chance chance;
  private final Witness witness;
  private final List<Machine> machines;
  private boolean settled;

  /**
   * Makes a network.
   *
   * @param machines all that there are, once the run has begun
   */
  public Network(World world, Witness witness, List<Machine> machines) {
    this.loop = world.loop();
    this.longestDelay = world.longestDelay();
    this.weather = world.weather();
    this.chance = world.chance().split();
    this.witness = witness;
    this.machines = machines;
  }

  Witness witness() {
    return witness;
  }

  /**
   * Returns a channel from a process to all servers: each request goes to one of them.
   *
   * @param caller whom the servers take it for
   */
  public Channel from(Host client, String caller) {
    return new ChannelFrom(client, caller);
  }

  private final class ChannelFrom extends Channel {
    private final Host client;
    private final String caller;

    ChannelFrom(Host client, String caller) {
      this.client = client;
      this.caller = caller;
    }

    @Override
    public <ReqT, RespT> ClientCall<ReqT, RespT> newCall(
        MethodDescriptor<ReqT, RespT> method, CallOptions options) {
      return new NetworkCall<>(Network.this, client, caller, method, options);
    }

    @Override
    public String authority() {
      return "simulation";
    }
  }

  /** From now on nothing is left of what went wrong, and calls must be answered in time. */
  public void settle() {
    settled = true;
  }

  boolean isSettled() {
    return settled;
  }

  /** Takes a complete request on its way. */
  void send(NetworkCall<?, ?> call) {
    if (weather.strikes(Fault.REQUEST_LOST)) {
      breakUnlessSilent(call);
    } else {
      deliver(call, weather.strikes(Fault.REQUEST_LATE) ? late() : chance.upTo(USUAL));
    }
    if (weather.strikes(Fault.REQUEST_DUPLICATED)) {
      deliver(call, late());
    }
  }

  private Duration late() {
    return chance.upTo(chance.nextBoolean() ? SOON : longestDelay);
  }

  private void deliver(NetworkCall<?, ?> call, Duration after) {
    Machine machine = chance.oneOf(machines);
    loop.schedule(after, () -> arrive(call, machine));
  }

  private void arrive(NetworkCall<?, ?> call, Machine machine) {
    machine
        .running()
        .ifPresentOrElse(
            server -> server.accept(new Delivery<>(this, server.host(), call)),
            () -> fail(call, "connection refused"));
  }

  /** What a server said, or that the connection to it broke, goes back. */
  void answer(NetworkCall<?, ?> call, Runnable news) {
    if (weather.strikes(Fault.RESPONSE_LOST)) {
      breakUnlessSilent(call);
    } else {
      Duration latency = weather.strikes(Fault.RESPONSE_LATE) ? SOON : USUAL;
      call.client().schedule(chance.upTo(latency), news);
    }
  }

  /** A client may learn that its connection broke, or hear nothing. */
  private void breakUnlessSilent(NetworkCall<?, ?> call) {
    if (chance.nextBoolean()) {
      fail(call, "connection reset");
    }
  }

  private void fail(NetworkCall<?, ?> call, String why) {
    Status failure = Status.UNAVAILABLE.withDescription(why);
    call.client().schedule(chance.upTo(USUAL), () -> call.fail(failure));
  }

  /** The client has gone: the server is told, perhaps. */
  void cancel(Delivery<?, ?> delivery) {
    if (!weather.strikes(Fault.CANCELLATION_LOST)) {
      loop.schedule(chance.upTo(USUAL), delivery::cancel);
    }
  }
}
