package io.github.grpconce.server;

import static io.github.grpconce.server.LedgerServer.RECORDS;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.apple.foundationdb.Database;
import io.github.grpconce.embedded.EmbeddedDatabase;
import io.github.grpconce.test.v1.Balance;
import io.github.grpconce.teststore.StoreTest;
import io.github.grpconce.teststore.TestStore;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Attempts with different deadlines that wait for one execution, in time that the test moves. */
@StoreTest
class DeadlinesTest {

  @AutoClose
  private final Database database =
      TestStore.openPrompt(
          () -> EmbeddedDatabase.newBuilder().executor(Runnable::run).completeAtOnce(true).build(),
          () -> 0);

  private final ManualScheduler time = new ManualScheduler();
  private final List<StreamObserver<Balance>> handlers = new ArrayList<>();
  private final Ledger ledger = new Ledger();
  private final IdempotencyServerInterceptor interceptor =
      IdempotencyServerInterceptor.newBuilder(database, RECORDS)
          .executor(Runnable::run)
          .scheduler(time.service())
          .build();

  @BeforeEach
  void keepHandlersWaiting() {
    ledger.always(
        (request, observer) -> {
          ledger.addTo(request);
          handlers.add(observer);
        });
  }

  @Test
  void executionThatRunsOutOfTime_isRepeatedForThoseWhoHaveMore() {
    Arrival hasty = arrive(1);
    Arrival patient = arrive(10);
    assertEquals(1, handlers.size());

    time.advance(Duration.ofSeconds(2));
    handlers.get(0).onError(Status.DEADLINE_EXCEEDED.asRuntimeException());

    assertEquals(2, handlers.size());
    assertEquals(List.of(), patient.codes());
    handlers.get(1).onNext(Balance.newBuilder().setAmount(5).build());
    handlers.get(1).onCompleted();
    assertEquals(List.of(Status.Code.OK), patient.codes());
    assertEquals(5, ledger.balance(database, "alice"));
    assertEquals(List.of(Status.Code.DEADLINE_EXCEEDED), hasty.codes());
  }

  @Test
  void executionThatFailsInTime_isNotRepeated() {
    Arrival hasty = arrive(1);
    Arrival patient = arrive(10);

    handlers.get(0).onError(Status.DEADLINE_EXCEEDED.asRuntimeException());

    assertEquals(List.of(Status.Code.DEADLINE_EXCEEDED), hasty.codes());
    assertEquals(List.of(Status.Code.DEADLINE_EXCEEDED), patient.codes());
    assertEquals(1, handlers.size());
  }

  @Test
  void executionOfTheLongestDeadline_isNotRepeatedWhenThatIsOver() {
    Arrival only = arrive(1);

    time.advance(Duration.ofSeconds(2));
    handlers.get(0).onError(Status.DEADLINE_EXCEEDED.asRuntimeException());

    assertEquals(List.of(Status.Code.DEADLINE_EXCEEDED), only.codes());
    assertEquals(1, handlers.size());
  }

  /** An attempt of the same operation arrives, with this deadline. */
  private Arrival arrive(long seconds) {
    Deadline deadline = Deadline.after(seconds, TimeUnit.SECONDS, time.ticker());
    List<Arrival> arrivals = new ArrayList<>();
    Context.current()
        .withDeadline(deadline, time.service())
        .run(() -> arrivals.add(Arrival.at(interceptor, ledger, LedgerServer.add("alice", 5))));
    return arrivals.get(0);
  }
}
