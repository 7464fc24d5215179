package io.github.grpconce.server;

import static io.github.grpconce.server.FloodedServer.LIMIT;
import static io.github.grpconce.server.FloodedServer.MANY;
import static io.github.grpconce.server.FloodedServer.TRANSFER;
import static io.github.grpconce.server.LedgerServer.add;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.apple.foundationdb.Database;
import io.github.grpconce.RequestId;
import io.github.grpconce.Wait;
import io.github.grpconce.internal.fingerprint.RequestFingerprints;
import io.github.grpconce.internal.method.CallMemory;
import io.github.grpconce.internal.record.Lookup;
import io.github.grpconce.internal.record.RecordIdentity;
import io.github.grpconce.internal.record.Records;
import io.github.grpconce.test.v1.AddRequest;
import io.github.grpconce.test.v1.Balance;
import io.github.grpconce.test.v1.Origin;
import io.github.grpconce.teststore.StoreTest;
import io.github.grpconce.v1.Execution;
import io.github.grpconce.v1.Lease;
import io.github.grpconce.v1.Outcome;
import io.github.grpconce.v1.StoredRequest;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Floods of calls in steps, which others execute or executed, exhaust no server either. */
@StoreTest
class FloodOfStepsTest {

  private static final String ID = "order-4711";

  @AutoClose private final FloodedServer flooded = new FloodedServer();
  private final LedgerServer server = flooded.server;
  private final ManualScheduler scheduler = flooded.scheduler;
  private final IdempotencyServerInterceptor guard = flooded.guard;

  @Test
  void attemptsThatWaitForExecutionsElsewhere_areBounded_andLeaveNoWatch() {
    AddRequest request = add("alice", 1);
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      ids.add("id-" + i);
    }
    Lease.Builder lease = Lease.newBuilder().setLeaseMillis(1_000_000);
    ids.forEach(id -> executed(server.store, id, request, lease));

    List<OpenCall<AddRequest, Balance>> calls =
        ids.stream()
            .<OpenCall<AddRequest, Balance>>map(
                id -> flooded.open(guard, TRANSFER, id).send(request))
            .toList();
    calls.stream().filter(call -> !call.isAnswered()).forEach(OpenCall::halfClose);

    flooded.assertBounded(calls);
    Wait.until(() -> server.faults.watches() == guard.operations());
    assertTrue(server.faults.watches() <= LIMIT / CallMemory.BYTES_OF_A_CALL);

    calls.forEach(OpenCall::end);
    scheduler.advance(Duration.ofSeconds(1));
    flooded.assertNothingIsKept();
  }

  /** FoundationDB has 10,000 watches for a client: who gets none looks again and again. */
  @Test
  void attemptThatGetsNoWatch_isAnsweredAllTheSame() {
    server.store.options().setMaxWatches(0);
    AddRequest request = add("alice", 1);
    executed(server.store, ID, request, Lease.newBuilder().setLeaseMillis(1_000_000));
    OpenCall<AddRequest, Balance> call =
        flooded.open(guard, TRANSFER, ID).send(request).halfClose();
    // The call's limit, and the next look.
    Wait.until(() -> scheduler.waiting() == 2);
    assertEquals(0, server.faults.watches());

    completed(server.store, ID, request);
    scheduler.advance(Duration.ofSeconds(1));

    Wait.until(call::isAnswered);
    assertEquals(Status.Code.OK, call.code());
  }

  /** Read all at once, they could kill every server that wants to help. */
  @Test
  void largeExecutionsWhoseServerDied_areResumedAFewAtATime() {
    try (StepsServers servers = new StepsServers()) {
      Origin origin = Origin.newBuilder().setChannel("x".repeat(3 << 20)).build();
      AddRequest request = add("alice", 1).toBuilder().setOrigin(origin).build();
      for (int i = 0; i < 6; i++) {
        executed(servers.store, "id-" + i, request, Lease.newBuilder().setReleased(true));
      }
      StepsServers.Node node = servers.start();

      node.scheduler().advance(StepsServers.LEASE);
      Wait.until(() -> servers.inProgress() == 3);
      assertEquals(3, servers.transfers.executions());
      Wait.until(() -> node.scheduler().waiting() == 1);
      node.scheduler().advance(StepsServers.LEASE);
      Wait.until(() -> servers.inProgress() == 0);

      assertEquals(6, servers.taken());
      assertEquals(6, servers.given());
    }
  }

  private static void completed(Database store, String id, AddRequest request) {
    String method = TRANSFER.getFullMethodName();
    store.run(
        transaction -> {
          Records.in(LedgerServer.RECORDS)
              .executions()
              .complete(
                  transaction,
                  RecordIdentity.of("", method, RequestId.of(id)),
                  RequestFingerprints.of(method, AddRequest.getDescriptor()).of(List.of(request)),
                  Outcome.newBuilder()
                      .addResponses(Balance.getDefaultInstance().toByteString())
                      .build(),
                  transaction.getReadVersion().join());
          return null;
        });
  }

  /** Another server is executing a call with this ID, or was. */
  private static void executed(Database store, String id, AddRequest request, Lease.Builder lease) {
    String method = TRANSFER.getFullMethodName();
    var fingerprints = RequestFingerprints.of(method, AddRequest.getDescriptor());
    Execution execution =
        Execution.newBuilder()
            .setToken(1)
            .setOwner("elsewhere")
            .setMethod(method)
            .setRequestId(id)
            .build();
    StoredRequest stored = StoredRequest.newBuilder().addMessages(request.toByteString()).build();
    store.run(
        transaction -> {
          long version = transaction.getReadVersion().join();
          Records.in(LedgerServer.RECORDS)
              .executions()
              .begin(
                  transaction,
                  RecordIdentity.of("", method, RequestId.of(id)),
                  new Lookup.Absent(version, false, false),
                  fingerprints.of(List.of(request)),
                  execution,
                  stored,
                  lease.setToken(1).setRenewedAtVersion(version).build());
          return null;
        });
  }
}
