package io.github.grpconce.server;

import static io.github.grpconce.server.StepsByHand.LEASE;
import static io.github.grpconce.server.StepsByHand.REQUEST;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.github.grpconce.ErrorReason;
import io.github.grpconce.LogCapture;
import io.github.grpconce.RequestId;
import io.github.grpconce.UnreadableRecordException;
import io.github.grpconce.embedded.Fault;
import io.github.grpconce.embedded.FaultPlan;
import io.github.grpconce.internal.fingerprint.RequestFingerprints;
import io.github.grpconce.internal.method.CallMemory;
import io.github.grpconce.internal.record.Lookup;
import io.github.grpconce.internal.record.RecordIdentity;
import io.github.grpconce.internal.record.Records;
import io.github.grpconce.test.v1.AddRequest;
import io.github.grpconce.test.v1.Balance;
import io.github.grpconce.test.v1.StepsServiceGrpc;
import io.github.grpconce.teststore.OnEngineOnly;
import io.github.grpconce.teststore.StoreTest;
import io.github.grpconce.v1.Execution;
import io.github.grpconce.v1.Lease;
import io.github.grpconce.v1.StoredRequest;
import io.grpc.Status;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What servers find, round after round, when they look for executions to resume. */
@StoreTest
class RecoveryRoundsTest {

  private static final String ID = "order-4711";
  private static final String METHOD = StepsServiceGrpc.getTransferMethod().getFullMethodName();
  private static final String ELSEWHERE = "elsewhere.Service/Do";
  private static final StoredRequest STORED =
      StoredRequest.newBuilder().addMessages(REQUEST.toByteString()).build();

  /** FoundationDB's. */
  private static final Duration LONGEST_FIRST_BACK_OFF = Duration.ofMillis(10);

  private static final Comparator<ByteString> ORDER_OF_LEASES =
      ByteString.unsignedLexicographicalComparator();

  private final Records records = Records.in(LedgerServer.RECORDS);
  @AutoClose private final StepsByHand steps = new StepsByHand();
  private final CompletableFuture<Void> held = steps.future();

  private static RecordIdentity identity(String name, String id) {
    return RecordIdentity.of("", name, RequestId.of(id));
  }

  /** An execution of a server that has died, long enough ago. */
  private void leftBehind(String id) {
    leftBehind(METHOD, METHOD, id, STORED);
  }

  /**
   * An execution of a server that has died, long enough ago.
   *
   * @param name that stands for the method in its identity
   */
  private void leftBehind(String method, String name, String id, StoredRequest request) {
    Execution execution =
        Execution.newBuilder()
            .setToken(1)
            .setOwner("a dead server")
            .setMethod(method)
            .setRequestId(id)
            .build();
    var fingerprint = RequestFingerprints.of(name, AddRequest.getDescriptor()).of(List.of(REQUEST));
    steps.store.run(
        transaction -> {
          records
              .executions()
              .begin(
                  transaction,
                  identity(name, id),
                  new Lookup.Absent(0, false, false),
                  fingerprint,
                  execution,
                  request,
                  Lease.newBuilder().setToken(1).setReleased(true).build());
          return null;
        });
    steps.time.advance(Duration.ofMillis(1));
  }

  private static void lookForALease(StepsByHand.Node server) {
    server.scheduler.advance(LEASE);
  }

  /** It can't: it doesn't know how. But those behind must have their turn. */
  @Test
  void executionsOfOtherServices_areLeftAlone_andTheRoundsGoOnBehindThem() {
    List<String> others = IntStream.range(0, 60).mapToObj(i -> "other-" + i).toList();
    others.forEach(id -> leftBehind(ELSEWHERE, ELSEWHERE, id, STORED));
    ByteString last =
        others.stream()
            .map(id -> identity(ELSEWHERE, id).hash())
            .max(ORDER_OF_LEASES)
            .orElseThrow();
    String behind =
        Stream.iterate(0, i -> i + 1)
            .map(i -> "mine-" + i)
            .filter(id -> ORDER_OF_LEASES.compare(identity(METHOD, id).hash(), last) > 0)
            .findFirst()
            .orElseThrow();
    leftBehind(behind);
    StepsByHand.Node server = steps.start();

    try (LogCapture log = LogCapture.start()) {
      lookForALease(server);
      assertEquals(0, steps.handlers().size());
      lookForALease(server);
      assertFalse(log.seen().toString().contains("can't be resumed"), log.seen()::toString);
    }

    assertEquals(1, steps.handlers().size());
    steps.handler().answer(5);
    assertEquals(60, steps.inProgress());
    assertTrue(server.isIdle());
  }

  @Test
  void moreLeasesThanAreReadAtOnce_areLookedAtInOneRound() {
    steps.store.run(
        transaction -> {
          long version = transaction.getReadVersion().join();
          for (int i = 0; i < 600; i++) {
            Lease alive =
                Lease.newBuilder().setRenewedAtVersion(version).setLeaseMillis(1_000_000).build();
            byte[] hash = ByteBuffer.allocate(16).putInt(i).array();
            records.leases().put(transaction, ByteString.copyFrom(hash), alive);
          }
          return null;
        });
    leftBehind(ID);
    StepsByHand.Node server = steps.start();

    lookForALease(server);

    assertEquals(1, steps.handlers().size());
    steps.handler().answer(5);
    assertTrue(server.isIdle());
  }

  @Test
  void closedInterceptor_waitsForNoFurtherRound() {
    StepsByHand.Node server = steps.start();
    assertEquals(1, server.scheduler.waiting());

    server.guard.close();

    assertEquals(0, server.scheduler.waiting());
  }

  @Test
  void interceptorThatIsClosedDuringARound_resumesNothingMore() {
    leftBehind(ID);
    StepsByHand.Node server = steps.start();
    steps.faults.answerWhen(held);
    lookForALease(server);

    server.guard.close();
    held.complete(null);

    assertEquals(0, steps.handlers().size());
    assertEquals(0, server.scheduler.waiting());
  }

  @OnEngineOnly("a fault plan")
  @Test
  void interceptorThatIsClosedWhileItReadsACall_keepsNothingOfIt() {
    leftBehind(ID);
    // The first transaction looks for leases, the second one reads the call.
    steps
        .plan
        .at(FaultPlan.Step.READ_VERSION)
        .skip(1)
        .once()
        .inject(Fault.latency(Duration.ofSeconds(1)));
    StepsByHand.Node server = steps.start();
    lookForALease(server);

    server.guard.close();
    steps.time.advance(Duration.ofSeconds(1));

    assertEquals(0, steps.handlers().size());
    assertEquals(0, server.guard.bufferedBytes());
    assertEquals(0, server.scheduler.waiting());
  }

  @Test
  void callThatCanNotBeRead_isReported_andNothingOfItIsKept() {
    leftBehind(
        METHOD,
        METHOD,
        ID,
        STORED.toBuilder().addMessages(ByteString.copyFrom(new byte[] {-1})).build());
    StepsByHand.Node server = steps.start();

    try (LogCapture log = LogCapture.start()) {
      lookForALease(server);
      assertTrue(log.seen().toString().contains("can't be resumed"), log.seen()::toString);
    }

    assertEquals(0, steps.handlers().size());
    assertTrue(server.isIdle());
  }

  /** It would be read, and reported, in every round for ever. */
  @Test
  void callThatCanNotBeRead_isLeftAloneForLongerAndLonger_andStalledInTheEnd() {
    leftBehind(
        METHOD,
        METHOD,
        ID,
        STORED.toBuilder().addMessages(ByteString.copyFrom(new byte[] {-1})).build());
    StepsByHand.Node server = steps.start(options -> options.stalledAfter(3));

    for (int failures = 1; failures <= 3; failures++) {
      lookForALease(server);
      lookForALease(server);
      Lease lease = steps.lease(ID);
      assertEquals(failures, lease.getFailures());
      assertEquals(LEASE.toMillis() << (failures - 1), lease.getRestMillis());
      assertEquals(
          UnreadableRecordException.class.getName(), lease.getLastFailure().getException());
      assertEquals(failures == 3, lease.getStalled());
      steps.time.advance(Duration.ofHours(1));
    }
    lookForALease(server);

    assertEquals(3, steps.lease(ID).getFailures());
    assertEquals(1, server.guard.stalledExecutions());
  }

  @Test
  void damagedLease_isToldOfOnce_andHidesNoOther() {
    leftBehind(ID);
    byte[] prefix = LedgerServer.RECORDS.getKey();
    byte[] damaged = Arrays.copyOf(prefix, prefix.length + 17);
    damaged[prefix.length] = 'l';
    steps.store.run(
        transaction -> {
          transaction.set(damaged, new byte[] {-1});
          return null;
        });
    StepsByHand.Node server = steps.start();

    try (LogCapture log = LogCapture.start()) {
      lookForALease(server);
      lookForALease(server);
      assertEquals(1, log.seen().stream().filter(line -> line.contains("damaged")).count());
    }

    assertEquals(1, steps.handlers().size());
    steps.handler().answer(5);
  }

  /** Whoever changed a pinned identity has to know what that has left behind. */
  @Test
  void executionWhoseMethodIsIdentifiedDifferentlyNow_isReported() {
    leftBehind(METHOD, "pinned", ID, STORED);
    StepsByHand.Node server = steps.start();

    try (LogCapture log = LogCapture.start()) {
      lookForALease(server);
      assertTrue(
          log.seen().toString().contains("its method is identified differently now"),
          log.seen()::toString);
    }

    assertEquals(0, steps.handlers().size());
    assertTrue(server.isIdle());
  }

  @Test
  void executionThatThereIsNoRoomFor_isResumedWhenThereIs() {
    leftBehind("later");
    int size = REQUEST.getSerializedSize() + CallMemory.BYTES_OF_A_MESSAGE;
    StepsByHand.Node server =
        steps.start(options -> options.maxBufferedBytes(CallMemory.BYTES_OF_A_CALL + size));
    OpenCall<AddRequest, Balance> call = server.arrive(ID);
    HandlerByHand first = steps.handler();
    first.step("take").join();
    long full = server.guard.bufferedBytes();

    lookForALease(server);
    assertEquals(1, steps.handlers().size());
    assertEquals(full, server.guard.bufferedBytes());
    first.answer(5);
    call.end();
    lookForALease(server);

    assertEquals(Status.Code.OK, call.code());
    assertEquals(2, steps.handlers().size());
    assertEquals(size, server.guard.bufferedBytes());
    steps.handler().answer(5);
    assertTrue(server.isIdle());
  }

  @Test
  void callThatThereIsRoomForInPart_takesNone() {
    leftBehind(METHOD, METHOD, ID, STORED.toBuilder().addMessages(REQUEST.toByteString()).build());
    int oneMessage = REQUEST.getSerializedSize() + CallMemory.BYTES_OF_A_MESSAGE;
    StepsByHand.Node server = steps.start(options -> options.maxBufferedBytes(oneMessage));

    lookForALease(server);

    assertEquals(0, steps.handlers().size());
    assertTrue(server.isIdle());
  }

  /** Its heartbeat may be late, as everything may. */
  @Test
  void executionThatIsAliveInThisVeryServer_isNotResumed() {
    StepsByHand.Node server = steps.start();
    OpenCall<AddRequest, Balance> call = server.arrive(ID);
    steps.handler().step("take").join();
    server.scheduler.advance(LEASE.minusNanos(1));
    long kept = server.guard.bufferedBytes();

    steps.endLeases();
    server.scheduler.advance(Duration.ofNanos(1));

    assertEquals(1, steps.handlers().size());
    assertEquals(kept, server.guard.bufferedBytes());
    steps.handler().answer(5);
    assertEquals(Status.Code.OK, call.code());
    call.end();
    assertTrue(server.isIdle());
  }

  @OnEngineOnly("a fault plan")
  @Test
  void executionThatIsGoneBeforeItIsResumed_isNotExecuted_andWhoJoinedItMayComeAgain() {
    leftBehind(ID);
    // The third transaction decides who executes.
    steps
        .plan
        .at(FaultPlan.Step.READ_VERSION)
        .skip(2)
        .once()
        .inject(Fault.latency(Duration.ofSeconds(1)));
    StepsByHand.Node server = steps.start();
    lookForALease(server);
    OpenCall<AddRequest, Balance> joiner = server.arrive(ID);
    steps.store.run(
        transaction -> {
          transaction.clear(LedgerServer.RECORDS.range());
          return null;
        });

    // It then conflicts with what was cleared, and looks again after its back-off.
    steps.time.advance(Duration.ofSeconds(1).plus(LONGEST_FIRST_BACK_OFF));

    assertEquals(Optional.of(ErrorReason.IN_PROGRESS), ErrorReason.of(joiner.failure()));
    assertEquals(0, steps.handlers().size());
    joiner.end();
    assertTrue(server.isIdle());
  }
}
