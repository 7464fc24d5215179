package io.github.grpconce.server;

import static io.github.grpconce.server.LedgerServer.RECORDS;
import static io.github.grpconce.server.LedgerServer.add;
import static io.github.grpconce.server.LedgerServer.headers;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.apple.foundationdb.Database;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import io.github.grpconce.ErrorReason;
import io.github.grpconce.RequestId;
import io.github.grpconce.embedded.EmbeddedDatabase;
import io.github.grpconce.embedded.TimelineScheduler;
import io.github.grpconce.embedded.VirtualTime;
import io.github.grpconce.operator.RetentionSweeper;
import io.github.grpconce.test.v1.Balance;
import io.github.grpconce.test.v1.LedgerServiceGrpc;
import io.github.grpconce.teststore.StoreTest;
import io.github.grpconce.teststore.TestStore;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a client sees of retention: real channels over a store whose time the test makes pass. */
@StoreTest
class RetentionTest {

  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  private static final Duration RETENTION = Duration.ofHours(24);

  /** More than a bucket, so that records are not only expired but gone. */
  private static final Duration BUCKET = Duration.ofMinutes(19);

  private static final Duration PAST_RETENTION = RETENTION.plus(BUCKET);

  private final VirtualTime time = new VirtualTime();
  private final Database store =
      TestStore.openPrompt(
          () -> EmbeddedDatabase.newBuilder().timeline(time).executor(time).build(),
          time::nanoTime);
  private final Ledger ledger = new Ledger();
  private final List<Runnable> closeables = new ArrayList<>();
  private final ManagedChannel channel = startServer();

  @AfterEach
  void close() {
    closeables.forEach(Runnable::run);
    store.close();
  }

  @Test
  void expiredRequestId_isRefused_andNothingIsWritten() {
    String id = timeBearingId();
    assertEquals(5, call(channel, id).getAmount());
    time.advance(PAST_RETENTION);
    sweep();

    List<String> before = contents();
    assertExpired(channel, id);
    assertEquals(before, contents());
    assertEquals(1, ledger.executions());
  }

  @Test
  void expiredRequestIdThatWasNeverExecuted_isRefusedToo() {
    String id = timeBearingId();
    time.advance(PAST_RETENTION);
    sweep();

    assertExpired(channel, id);
    assertEquals(0, ledger.executions());
    assertEquals(5, call(channel, timeBearingId()).getAmount());
  }

  @Test
  void attemptsDuringARound_areReplayedOrRefused_neverExecuted() {
    String id = timeBearingId();
    call(channel, id);
    ManagedChannel elsewhere = startServer();
    time.advance(PAST_RETENTION);
    call(elsewhere, id); // From now on it has the horizon in its cache.

    CompletableFuture<?> round = sweeper().sweepOnce();
    int replays = 0;
    int refusals = 0;
    while (!round.isDone()) {
      time.advance(Duration.ofMillis(500));
      for (ManagedChannel server : List.of(channel, elsewhere)) {
        if (isExpired(server, id)) {
          refusals++;
        } else {
          replays++;
        }
      }
    }

    assertTrue(replays > 0 && refusals > 0, replays + " replays, " + refusals + " refusals");
    assertExpired(channel, id);
    assertExpired(elsewhere, id);
    assertEquals(1, ledger.executions());
  }

  @Test
  void opaqueRequestId_isNewAgainAfterItsRetention() {
    call(channel, "order-17");
    time.advance(RETENTION);
    sweep();
    assertEquals(5, call(channel, "order-17").getAmount());

    time.advance(BUCKET);
    sweep();
    assertEquals(10, call(channel, "order-17").getAmount());
    assertEquals(2, ledger.executions());
  }

  private void assertExpired(ManagedChannel server, String id) {
    StatusRuntimeException refusal =
        assertThrows(StatusRuntimeException.class, () -> call(server, id));
    assertEquals(Status.Code.FAILED_PRECONDITION, refusal.getStatus().getCode());
    assertEquals(Optional.of(ErrorReason.REQUEST_ID_EXPIRED), ErrorReason.of(refusal));
  }

  private boolean isExpired(ManagedChannel server, String id) {
    try {
      assertEquals(5, call(server, id).getAmount());
      return false;
    } catch (StatusRuntimeException e) {
      assertEquals(Optional.of(ErrorReason.REQUEST_ID_EXPIRED), ErrorReason.of(e));
      return true;
    }
  }

  private Balance call(ManagedChannel server, String id) {
    ListenableFuture<Balance> answer =
        LedgerServiceGrpc.newFutureStub(server)
            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers(id)))
            .add(add("alice", 5));
    time.runReady();
    try {
      return Futures.getDone(answer);
    } catch (ExecutionException e) {
      throw Status.fromThrowable(e).asRuntimeException(Status.trailersFromThrowable(e.getCause()));
    }
  }

  private void sweep() {
    time.join(sweeper().sweepOnce());
  }

  private RetentionSweeper sweeper() {
    return RetentionSweeper.newBuilder(store, RECORDS)
        .retention(RETENTION)
        .clock(this::now)
        .timer(new TimelineScheduler(time, time))
        .executor(time)
        .build();
  }

  private Instant now() {
    return START.plusNanos(time.nanoTime());
  }

  private String timeBearingId() {
    return RequestId.random(this::now, UUID::randomUUID).value();
  }

  private List<String> contents() {
    return time.join(
        store.runAsync(
            tr ->
                tr.getRange(new byte[0], new byte[] {(byte) 0xFF})
                    .asList()
                    .thenApply(
                        all ->
                            all.stream()
                                .map(
                                    entry ->
                                        new String(entry.getKey(), ISO_8859_1)
                                            + "="
                                            + new String(entry.getValue(), ISO_8859_1))
                                .toList()),
            time));
  }

  /** A channel to a server of its own. Everything but the store happens in the caller's thread. */
  private ManagedChannel startServer() {
    String name = InProcessServerBuilder.generateName();
    IdempotencyServerInterceptor idempotency =
        IdempotencyServerInterceptor.newBuilder(store, RECORDS)
            .executor(Runnable::run)
            .scheduler(new TimelineScheduler(time, time))
            .clock(this::now)
            .build();
    try {
      Server server =
          InProcessServerBuilder.forName(name)
              .directExecutor()
              .addService(idempotency.guard(ledger))
              .build()
              .start();
      closeables.add(server::shutdownNow);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    ManagedChannel started = InProcessChannelBuilder.forName(name).directExecutor().build();
    closeables.add(0, started::shutdownNow);
    return started;
  }
}
