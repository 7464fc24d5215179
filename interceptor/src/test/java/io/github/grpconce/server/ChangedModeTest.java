package io.github.grpconce.server;

import static io.github.grpconce.server.StepsByHand.LEASE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.grpconce.ErrorReason;
import io.github.grpconce.Guard;
import io.github.grpconce.LogCapture;
import io.github.grpconce.test.v1.AddRequest;
import io.github.grpconce.test.v1.Balance;
import io.github.grpconce.test.v1.LedgerServiceGrpc;
import io.github.grpconce.test.v1.StepsServiceGrpc;
import io.github.grpconce.teststore.StoreTest;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What becomes of a call that was begun in steps when its method is guarded in TRANSACTION mode
 * since. Its first step is done, its server has died.
 */
@StoreTest
class ChangedModeTest {

  private static final String ID = "order-4711";
  private static final MethodDescriptor<AddRequest, Balance> METHOD =
      StepsServiceGrpc.getTransferMethod();

  @AutoClose private final StepsByHand steps = new StepsByHand();
  private StepsByHand.Node changed;

  @BeforeEach
  void leaveHalfDone() {
    StepsByHand.Node dead = steps.start();
    var unused = dead.arrive(ID);
    steps.handler().step("take").join();
    dead.guard.close();
    steps.endLeases();
    changed = steps.start(options -> options.guard(METHOD, Guard.transaction()));
  }

  private void assertUntouched() {
    assertEquals(1, steps.done("take"));
    assertEquals(1, steps.inProgress());
    assertEquals(1, steps.handlers().size());
  }

  /** The last handler skips what is done, and does the rest; whoever asks then gets its answer. */
  private void assertFinishedOnce() {
    assertEquals(2, steps.handlers().size());
    steps.handler().step("take").join();
    steps.handler().step("give").join();
    steps.handler().answer(5);

    OpenCall<AddRequest, Balance> call = changed.arrive(ID);
    assertEquals(Status.Code.OK, call.code());
    assertEquals(5, call.answer().getAmount());
    assertTrue(call.isReplayed());
    assertEquals(1, steps.done("take"));
    assertEquals(1, steps.done("give"));
    assertEquals(0, steps.inProgress());
  }

  @Test
  void itIsNotExecutedAsAWhole_andItsCallersAreToldWhy() {
    for (int i = 0; i < 2; i++) {
      OpenCall<AddRequest, Balance> call = changed.arrive(ID);

      assertEquals(Optional.of(ErrorReason.IN_PROGRESS), ErrorReason.of(call.failure()));
      String told = call.failure().getMessage();
      assertTrue(told.contains("begun in steps"), told);
      call.end();
    }

    assertUntouched();
    assertEquals(0, changed.guard.operations());
  }

  @Test
  void operatorIsToldOnce() {
    try (LogCapture log = LogCapture.start()) {
      changed.arrive(ID).end();
      changed.arrive(ID).end();

      assertEquals(1, log.seen().size(), log.seen()::toString);
      String told = log.seen().get(0);
      assertTrue(told.contains(METHOD.getFullMethodName()), told);
      assertTrue(told.contains("RecordInspector.executionsInProgress"), told);
    }
  }

  @Test
  void otherCallsOfTheMethod_areExecuted() {
    OpenCall<AddRequest, Balance> call = changed.arrive("order-4712");
    steps.handler().answer(7);

    assertEquals(Status.Code.OK, call.code());
    assertEquals(7, call.answer().getAmount());
  }

  @Test
  void serverWithTheFormerGuard_finishesIt() {
    StepsByHand.Node former = steps.start();

    former.scheduler.advance(LEASE);

    assertFinishedOnce();
  }

  /** Then both methods can be of one server. */
  @Test
  void anotherMethodWithItsIdentity_finishesIt() {
    ManualScheduler scheduler = new ManualScheduler();
    IdempotencyServerInterceptor guard =
        IdempotencyServerInterceptor.newBuilder(steps.faults.database(), LedgerServer.RECORDS)
            .guard(LedgerServiceGrpc.getAddUnguardedMethod(), formerGuard())
            .scheduler(scheduler.service())
            .executor(Runnable::run)
            .lease(LEASE)
            .build();
    var unused = guard.guard(new FormerHandler());

    scheduler.advance(LEASE);

    assertFinishedOnce();
    guard.close();
  }

  private static Guard formerGuard() {
    return Guard.steps().withIdentity(METHOD.getFullMethodName());
  }

  /** The handler of before, as a method of another name. */
  private final class FormerHandler extends LedgerServiceGrpc.LedgerServiceImplBase {

    @Override
    public void addUnguarded(AddRequest request, StreamObserver<Balance> observer) {
      steps.handlers().add(steps.handler(observer));
    }
  }
}
