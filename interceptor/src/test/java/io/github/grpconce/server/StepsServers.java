package io.github.grpconce.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.Range;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.InvalidProtocolBufferException;
import io.github.grpconce.FaultyDatabase;
import io.github.grpconce.RequestId;
import io.github.grpconce.embedded.EmbeddedDatabase;
import io.github.grpconce.internal.record.RecordIdentity;
import io.github.grpconce.internal.record.Records;
import io.github.grpconce.test.v1.AddRequest;
import io.github.grpconce.test.v1.Balance;
import io.github.grpconce.test.v1.StepsServiceGrpc;
import io.github.grpconce.teststore.TestStore;
import io.github.grpconce.v1.Lease;
import io.github.grpconce.v1.Record;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/** Several servers of the same transfers, over one embedded database. */
public final class StepsServers implements AutoCloseable {

  static final Duration LEASE = Duration.ofSeconds(10);

  final JumpingTimeline timeline = new JumpingTimeline();
  final Database store =
      TestStore.open(
          () -> EmbeddedDatabase.newBuilder().timeline(timeline).build(), timeline::aheadNanos);
  final FaultyDatabase faults = new FaultyDatabase(store);
  final Transfers transfers = new Transfers();
  private final List<Runnable> closeables = new ArrayList<>();

  /** One server, whose time limits, heartbeats and recovery go by a scheduler of its own. */
  record Node(
      ManagedChannel channel,
      ManualScheduler scheduler,
      EntryCounter entries,
      IdempotencyServerInterceptor guard) {

    Balance transfer(String requestId, AddRequest request) {
      return StepsServiceGrpc.newBlockingStub(channel)
          .withInterceptors(
              MetadataUtils.newAttachHeadersInterceptor(LedgerServer.headers(requestId)))
          .transfer(request);
    }

    ListenableFuture<Balance> begin(String requestId, AddRequest request) {
      return begin(LedgerServer.headers(requestId), request);
    }

    ListenableFuture<Balance> begin(Metadata headers, AddRequest request) {
      return StepsServiceGrpc.newFutureStub(channel)
          .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
          .transfer(request);
    }
  }

  public Node start(ServerInterceptor... above) {
    return start(options -> options, List.of(), List.of(above));
  }

  public Node start(UnaryOperator<ServerInterceptorBuilder> options) {
    return start(options, List.of(), List.of());
  }

  public Node start(
      UnaryOperator<ServerInterceptorBuilder> options,
      ServerInterceptor below,
      ServerInterceptor above) {
    return start(options, List.of(below), List.of(above));
  }

  Node start(
      UnaryOperator<ServerInterceptorBuilder> options,
      List<ServerInterceptor> below,
      List<ServerInterceptor> above) {
    ManualScheduler scheduler = new ManualScheduler();
    EntryCounter entries = new EntryCounter();
    IdempotencyServerInterceptor guard =
        options
            .apply(
                IdempotencyServerInterceptor.newBuilder(faults.database(), LedgerServer.RECORDS)
                    .scheduler(scheduler.service())
                    .lease(LEASE))
            .build();
    String name = InProcessServerBuilder.generateName();
    Server server =
        InProcessServerBuilder.forName(name)
            .addService(
                ServerInterceptors.intercept(
                    ServerInterceptors.intercept(
                        guard.guard(ServerInterceptors.intercept(transfers, below)), entries),
                    above))
            .build();
    try {
      server.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    ManagedChannel channel = InProcessChannelBuilder.forName(name).build();
    closeables.add(channel::shutdownNow);
    closeables.add(server::shutdownNow);
    closeables.add(guard::close);
    return new Node(channel, scheduler, entries, guard);
  }

  long taken() {
    return Transfers.sum(store, "taken");
  }

  long given() {
    return Transfers.sum(store, "given");
  }

  /** Moves the horizon to an hour from now, as a sweeper does in the end. */
  void expireAllIds() {
    byte[] prefix = LedgerServer.RECORDS.getKey();
    byte[] key = Arrays.copyOf(prefix, prefix.length + 1);
    key[prefix.length] = 'h';
    long millis = Instant.now().plus(Duration.ofHours(1)).toEpochMilli();
    store.run(
        transaction -> {
          transaction.set(key, ByteBuffer.allocate(Long.BYTES).putLong(millis).array());
          return null;
        });
  }

  /** Changes the one record that there is. */
  void rewriteRecord(UnaryOperator<Record> change) {
    byte[] prefix = LedgerServer.RECORDS.getKey();
    byte[] listed = Arrays.copyOf(prefix, prefix.length + 1);
    listed[prefix.length] = 'p';
    store.run(
        transaction -> {
          byte[] key =
              transaction.getRange(Range.startsWith(listed)).asList().join().get(0).getValue();
          try {
            Record record = Record.parseFrom(transaction.get(key).join());
            transaction.set(key, change.apply(record).toByteArray());
          } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
          }
          return null;
        });
  }

  /** The lease of a call that is in progress. */
  Lease lease(String requestId) {
    return lease(store, requestId);
  }

  /** The lease of a call that is in progress in a store. */
  static Lease lease(Database store, String requestId) {
    RecordIdentity identity =
        RecordIdentity.of("", "grpconce.test.v1.StepsService/Transfer", RequestId.of(requestId));
    return store.run(
        transaction ->
            Records.in(LedgerServer.RECORDS)
                .leases()
                .find(transaction, identity.hash())
                .join()
                .orElseThrow());
  }

  /** One transfer of 5 has taken effect, once, and nothing is in progress. */
  void assertTransferredOnce() {
    assertEquals(5, taken());
    assertEquals(5, given());
    assertEquals(0, inProgress());
  }

  /** Nobody holds a lease or a transaction any more, either. */
  void assertTransferredOnceAndAtRest() {
    assertTransferredOnce();
    assertEquals(0, Transfers.count(store, 'l'));
    assertEquals(0, faults.openTransactions());
  }

  /** How many executions are in progress. */
  int inProgress() {
    return Transfers.count(store, 'p');
  }

  @Override
  public void close() {
    closeables.forEach(Runnable::run);
    store.close();
    timeline.close();
  }
}
