package io.github.grpconce.server;

import static io.github.grpconce.server.LedgerServer.RECORDS;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.apple.foundationdb.Database;
import io.github.grpconce.embedded.EmbeddedDatabase;
import io.github.grpconce.embedded.VirtualTime;
import io.github.grpconce.teststore.StoreTest;
import io.github.grpconce.teststore.TestStore;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Status;
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

  /** The store's time; {@code time} is the guard's. */
  private final VirtualTime storeTime = new VirtualTime();

  @AutoClose
  private final Database database =
      TestStore.openPrompt(
          () -> EmbeddedDatabase.newBuilder().timeline(storeTime).executor(storeTime).build(),
          storeTime::nanoTime);

  private final ManualScheduler time = new ManualScheduler(storeTime::runReady);
  private final List<HandlerByHand> handlers = new ArrayList<>();
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
          handlers.add(new HandlerByHand(observer, storeTime::runReady));
        });
  }

  @Test
  void executionThatRunsOutOfTime_isRepeatedForThoseWhoHaveMore() {
    Arrival hasty = arrive(1);
    Arrival patient = arrive(10);
    assertEquals(1, handlers.size());

    time.advance(Duration.ofSeconds(2));
    handlers.get(0).fail(Status.DEADLINE_EXCEEDED);

    assertEquals(2, handlers.size());
    assertEquals(List.of(), patient.codes());
    handlers.get(1).answer(5);
    assertEquals(List.of(Status.Code.OK), patient.codes());
    assertEquals(5, ledger.balance(database, "alice"));
    assertEquals(List.of(Status.Code.DEADLINE_EXCEEDED), hasty.codes());
  }

  @Test
  void executionThatFailsInTime_isNotRepeated() {
    Arrival hasty = arrive(1);
    Arrival patient = arrive(10);

    handlers.get(0).fail(Status.DEADLINE_EXCEEDED);

    assertEquals(List.of(Status.Code.DEADLINE_EXCEEDED), hasty.codes());
    assertEquals(List.of(Status.Code.DEADLINE_EXCEEDED), patient.codes());
    assertEquals(1, handlers.size());
  }

  @Test
  void executionOfTheLongestDeadline_isNotRepeatedWhenThatIsOver() {
    Arrival only = arrive(1);

    time.advance(Duration.ofSeconds(2));
    handlers.get(0).fail(Status.DEADLINE_EXCEEDED);

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
    storeTime.runReady();
    return arrivals.get(0);
  }
}
