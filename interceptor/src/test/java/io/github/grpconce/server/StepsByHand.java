package io.github.grpconce.server;

import static io.github.grpconce.server.LedgerServer.add;
import static io.github.grpconce.server.LedgerServer.headers;

import com.apple.foundationdb.Database;
import io.github.grpconce.FaultyDatabase;
import io.github.grpconce.embedded.EmbeddedDatabase;
import io.github.grpconce.embedded.FaultPlan;
import io.github.grpconce.embedded.VirtualTime;
import io.github.grpconce.test.v1.AddRequest;
import io.github.grpconce.test.v1.Balance;
import io.github.grpconce.test.v1.StepsServiceGrpc;
import io.github.grpconce.teststore.TestStore;
import io.github.grpconce.v1.Lease;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/**
 * Several servers of calls in steps over one database, all in the test's own thread and in virtual
 * time: nothing happens unless the test lets it, so that it can act between any two stages.
 */
final class StepsByHand implements AutoCloseable {

  static final Duration LEASE = Duration.ofSeconds(10);
  static final AddRequest REQUEST = add("alice", 5);

  /** The store's time, by which leases age. */
  final VirtualTime time = new VirtualTime();

  final FaultPlan plan = FaultPlan.seeded(1);
  final Database store =
      TestStore.openPrompt(
          () ->
              EmbeddedDatabase.newBuilder()
                  .timeline(time)
                  .executor(Runnable::run)
                  .completeAtOnce(true)
                  .faultPlan(plan)
                  .build(),
          time::nanoTime);
  final FaultyDatabase faults = new FaultyDatabase(store);
  private final List<HandlerByHand> handlers = new ArrayList<>();
  private final ServerServiceDefinition service = new Service().bindService();

  private final class Service extends StepsServiceGrpc.StepsServiceImplBase {

    @Override
    public void transfer(AddRequest request, StreamObserver<Balance> observer) {
      handlers.add(handler(observer));
    }
  }

  /** One server, whose time limits, heartbeats and recovery go by a scheduler of its own. */
  final class Node {

    final ManualScheduler scheduler = new ManualScheduler(time::runReady);
    final IdempotencyServerInterceptor guard;

    private Node(UnaryOperator<ServerInterceptorBuilder> options) {
      guard =
          options
              .apply(
                  IdempotencyServerInterceptor.newBuilder(faults.database(), LedgerServer.RECORDS)
                      .scheduler(scheduler.service())
                      .executor(Runnable::run)
                      .lease(LEASE))
              .build();
      var unused = guard.guard(service);
    }

    /** Lets an attempt arrive that has no deadline. */
    OpenCall<AddRequest, Balance> arrive(String id) {
      return open(id).send(REQUEST).halfClose();
    }

    /** Lets an attempt begin that has no deadline, and hasn't sent its request. */
    OpenCall<AddRequest, Balance> open(String id) {
      return OpenCall.open(guard, service, StepsServiceGrpc.getTransferMethod(), headers(id))
          .thenEach(time::runReady);
    }

    /** Lets an attempt arrive that has so much time by this server's scheduler. */
    OpenCall<AddRequest, Balance> arrive(String id, Duration left) {
      Deadline deadline = Deadline.after(left.toNanos(), TimeUnit.NANOSECONDS, scheduler.ticker());
      Context own = Context.current().withDeadline(deadline, new ManualScheduler().service());
      Context previous = own.attach();
      try {
        return arrive(id);
      } finally {
        own.detach(previous);
      }
    }

    /** Whether nothing is kept of any call, and nothing is waited for but the next recovery. */
    boolean isIdle() {
      return guard.operations() == 0 && guard.bufferedBytes() == 0 && scheduler.waiting() == 1;
    }
  }

  Node start() {
    return start(options -> options);
  }

  Node start(UnaryOperator<ServerInterceptorBuilder> options) {
    return new Node(options);
  }

  /** A future for a test to complete: with all that follows from it. */
  <T> CompletableFuture<T> future() {
    return new FutureByHand<>(time::runReady);
  }

  /** An execution that the test carries out, with all that follows from what it does. */
  HandlerByHand handler(StreamObserver<Balance> observer) {
    return new HandlerByHand(observer, time::runReady);
  }

  /** The executions that were begun, first to last. */
  List<HandlerByHand> handlers() {
    return handlers;
  }

  /** The execution that was begun last. */
  HandlerByHand handler() {
    return handlers.get(handlers.size() - 1);
  }

  /** Lets leases end that aren't renewed. */
  void endLeases() {
    time.advance(LEASE.plusSeconds(1));
  }

  /** How often a step has taken effect. */
  long done(String label) {
    return Transfers.sum(store, label);
  }

  /** How many executions are in progress. */
  int inProgress() {
    return Transfers.count(store, 'p');
  }

  Lease lease(String requestId) {
    return StepsServers.lease(store, requestId);
  }

  /** Whatever a test did, nobody holds a transaction in the end. */
  @Override
  public void close() {
    faults.awaitNoOpenTransaction(Duration.ofSeconds(10));
    store.close();
  }
}
