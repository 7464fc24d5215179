package io.github.grpconce.server;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.subspace.Subspace;
import com.apple.foundationdb.tuple.Tuple;
import io.github.grpconce.FaultyDatabase;
import io.github.grpconce.IdempotencyHeaders;
import io.github.grpconce.embedded.EmbeddedDatabase;
import io.github.grpconce.test.v1.AddRequest;
import io.github.grpconce.test.v1.LedgerServiceGrpc;
import io.github.grpconce.teststore.TestStore;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** A ledger behind real servers, over one embedded database that can be made to fail. */
public final class LedgerServer implements AutoCloseable {

  /** How clients get there. */
  enum Transport {
    IN_PROCESS,
    NETTY
  }

  public static final Subspace RECORDS = new Subspace(Tuple.from("records"));

  final Database store = TestStore.open(EmbeddedDatabase::inMemory);
  final FaultyDatabase faults = new FaultyDatabase(store);
  final Ledger ledger = new Ledger();
  final EntryCounter entries = new EntryCounter();
  private final List<Runnable> closeables = new ArrayList<>();

  /** A channel to a new server with an interceptor of its own, as another process would have. */
  ManagedChannel start(
      Transport transport,
      UnaryOperator<ServerInterceptorBuilder> options,
      UnaryOperator<ManagedChannelBuilder<?>> channelOptions,
      ServerInterceptor... above) {
    ServerServiceDefinition guarded = interceptor(options).guard(ledger);
    ManagedChannelBuilder<?> builder =
        serve(
            transport,
            ServerInterceptors.intercept(ServerInterceptors.intercept(guarded, entries), above));
    ManagedChannel channel = channelOptions.apply(builder).build();
    closeables.add(0, channel::shutdownNow);
    return channel;
  }

  /** A channel to a server whose guarded service is something around, or instead of, the ledger. */
  ManagedChannel startBelow(UnaryOperator<ServerServiceDefinition> below) {
    ServerServiceDefinition service = below.apply(ledger.bindService());
    ManagedChannel channel =
        serve(Transport.IN_PROCESS, interceptor(options -> options).guard(service)).build();
    closeables.add(0, channel::shutdownNow);
    return channel;
  }

  /** A channel to a server with interceptors on both sides of the guard. */
  ManagedChannel startBetween(ServerInterceptor above, ServerInterceptor below) {
    ServerServiceDefinition guarded =
        interceptor(options -> options).guard(ServerInterceptors.intercept(ledger, below));
    ManagedChannel channel =
        serve(Transport.IN_PROCESS, ServerInterceptors.intercept(guarded, above)).build();
    closeables.add(0, channel::shutdownNow);
    return channel;
  }

  ManagedChannel startBelow(ServerInterceptor below) {
    return startBelow(service -> ServerInterceptors.intercept(service, below));
  }

  /** A channel to a server with a service that is as it is. */
  ManagedChannel startUnchecked(ServerServiceDefinition service) {
    ManagedChannel channel = serve(Transport.IN_PROCESS, service).build();
    closeables.add(0, channel::shutdownNow);
    return channel;
  }

  IdempotencyServerInterceptor interceptor(UnaryOperator<ServerInterceptorBuilder> options) {
    return options
        .apply(IdempotencyServerInterceptor.newBuilder(faults.database(), RECORDS))
        .build();
  }

  /** A channel to a server whose guard has another database. */
  ManagedChannel startOver(Database other, UnaryOperator<ServerInterceptorBuilder> options) {
    ServerServiceDefinition guarded =
        options
            .apply(IdempotencyServerInterceptor.newBuilder(other, RECORDS))
            .build()
            .guard(ledger);
    ManagedChannel channel = serve(Transport.IN_PROCESS, guarded).build();
    closeables.add(0, channel::shutdownNow);
    return channel;
  }

  private ManagedChannelBuilder<?> serve(Transport transport, ServerServiceDefinition service) {
    try {
      return transport == Transport.NETTY ? serveOnLoopback(service) : serveInProcess(service);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ManagedChannelBuilder<?> serveOnLoopback(ServerServiceDefinition service)
      throws IOException {
    return NettyChannelBuilder.forAddress(listen(service)).usePlaintext();
  }

  /** The address of a new server, for clients of the test's own. */
  SocketAddress startOnLoopback() throws IOException {
    return listen(interceptor(options -> options).guard(ledger));
  }

  private SocketAddress listen(ServerServiceDefinition service) throws IOException {
    InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    Server server = NettyServerBuilder.forAddress(anyPort).addService(service).build().start();
    closeables.add(server::shutdownNow);
    return server.getListenSockets().get(0);
  }

  private ManagedChannelBuilder<?> serveInProcess(ServerServiceDefinition service)
      throws IOException {
    String name = InProcessServerBuilder.generateName();
    Server server = InProcessServerBuilder.forName(name).addService(service).build().start();
    closeables.add(server::shutdownNow);
    return InProcessChannelBuilder.forName(name);
  }

  ManagedChannel start(UnaryOperator<ServerInterceptorBuilder> options) {
    return start(Transport.IN_PROCESS, options, builder -> builder);
  }

  ManagedChannel start() {
    return start(options -> options);
  }

  static LedgerServiceGrpc.LedgerServiceBlockingStub stub(Channel channel) {
    return LedgerServiceGrpc.newBlockingStub(channel);
  }

  /** A stub whose calls all have this request ID. */
  static LedgerServiceGrpc.LedgerServiceBlockingStub stub(Channel channel, String requestId) {
    return stub(channel, headers(requestId));
  }

  static LedgerServiceGrpc.LedgerServiceBlockingStub stub(Channel channel, Metadata headers) {
    return stub(channel).withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  static Metadata headers(String... requestIds) {
    Metadata headers = new Metadata();
    for (String requestId : requestIds) {
      headers.put(IdempotencyHeaders.REQUEST_ID, requestId);
    }
    return headers;
  }

  static AddRequest add(String account, long amount) {
    return AddRequest.newBuilder().setAccount(account).setAmount(amount).build();
  }

  long balance(String account) {
    return ledger.balance(store, account);
  }

  List<String> contents() {
    return Ledger.contents(store);
  }

  @Override
  public void close() {
    closeables.forEach(Runnable::run);
    store.close();
  }
}
