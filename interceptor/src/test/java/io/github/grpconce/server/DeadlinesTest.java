package io.github.grpconce.server;

import static io.github.grpconce.server.LedgerServer.RECORDS;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.apple.foundationdb.Database;
import io.github.grpconce.embedded.EmbeddedDatabase;
import io.github.grpconce.test.v1.AddRequest;
import io.github.grpconce.test.v1.Balance;
import io.github.grpconce.test.v1.LedgerServiceGrpc;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Attempts with different deadlines that wait for one execution, in time that the test moves. */
class DeadlinesTest {

  private final Database database = EmbeddedDatabase.newBuilder().executor(Runnable::run).build();
  private final ManualScheduler time = new ManualScheduler();
  private final List<StreamObserver<Balance>> handlers = new ArrayList<>();
  private final Ledger ledger = new Ledger();
  private final IdempotencyServerInterceptor interceptor =
      IdempotencyServerInterceptor.newBuilder(database, RECORDS)
          .executor(Runnable::run)
          .scheduler(time)
          .build();

  @BeforeEach
  void keepHandlersWaiting() {
    ledger.always(
        (request, observer) -> {
          ledger.addTo(request);
          handlers.add(observer);
        });
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void executionThatRunsOutOfTime_isRepeatedForThoseWhoHaveMore() {
    Arrival hasty = arrive(1);
    Arrival patient = arrive(10);
    assertEquals(1, handlers.size());

    time.advance(Duration.ofSeconds(2));
    handlers.get(0).onError(Status.DEADLINE_EXCEEDED.asRuntimeException());

    assertEquals(2, handlers.size());
    assertEquals(List.of(), patient.statuses);
    handlers.get(1).onNext(Balance.newBuilder().setAmount(5).build());
    handlers.get(1).onCompleted();
    assertEquals(List.of(Status.Code.OK), patient.statuses);
    assertEquals(5, ledger.balance(database, "alice"));
    // Its own deadline is gRPC's business.
    assertEquals(List.of(Status.Code.OK), hasty.statuses);
  }

  @Test
  void executionThatFailsInTime_isNotRepeated() {
    Arrival hasty = arrive(1);
    Arrival patient = arrive(10);

    handlers.get(0).onError(Status.DEADLINE_EXCEEDED.asRuntimeException());

    assertEquals(List.of(Status.Code.DEADLINE_EXCEEDED), hasty.statuses);
    assertEquals(List.of(Status.Code.DEADLINE_EXCEEDED), patient.statuses);
    assertEquals(1, handlers.size());
  }

  @Test
  void executionOfTheLongestDeadline_isNotRepeatedWhenThatIsOver() {
    Arrival only = arrive(1);

    time.advance(Duration.ofSeconds(2));
    handlers.get(0).onError(Status.DEADLINE_EXCEEDED.asRuntimeException());

    assertEquals(List.of(Status.Code.DEADLINE_EXCEEDED), only.statuses);
    assertEquals(1, handlers.size());
  }

  /** An attempt of the same operation arrives, with this deadline. */
  private Arrival arrive(long seconds) {
    Arrival arrival = new Arrival();
    Deadline deadline = Deadline.after(seconds, TimeUnit.SECONDS, time.ticker());
    Context.current()
        .withDeadline(deadline, time)
        .run(
            () -> {
              ServerCall.Listener<AddRequest> listener =
                  interceptor.interceptCall(arrival, LedgerServer.headers("id"), handler());
              listener.onMessage(LedgerServer.add("alice", 5));
              listener.onHalfClose();
            });
    return arrival;
  }

  @SuppressWarnings("unchecked") // The method's own handler.
  private ServerCallHandler<AddRequest, Balance> handler() {
    String name = LedgerServiceGrpc.getAddMethod().getFullMethodName();
    return ((ServerMethodDefinition<AddRequest, Balance>) ledger.bindService().getMethod(name))
        .getServerCallHandler();
  }

  /** The real call of an attempt: keeps the statuses that it is closed with. */
  private static final class Arrival extends ServerCall<AddRequest, Balance> {

    private final List<Status.Code> statuses = new ArrayList<>();

    @Override
    public void request(int messages) {}

    @Override
    public void sendHeaders(Metadata headers) {}

    @Override
    public void sendMessage(Balance message) {}

    @Override
    public void close(Status status, Metadata trailers) {
      statuses.add(status.getCode());
    }

    @Override
    public boolean isCancelled() {
      return false;
    }

    @Override
    public MethodDescriptor<AddRequest, Balance> getMethodDescriptor() {
      return LedgerServiceGrpc.getAddMethod();
    }
  }
}
