package io.github.grpconce.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.google.protobuf.AbstractParser;
import com.google.protobuf.BytesValue;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.ExtensionRegistryLite;
import com.google.protobuf.Int64Value;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import com.google.protobuf.StringValue;
import io.github.grpconce.RequestId;
import io.github.grpconce.operator.RecordInspector;
import io.github.grpconce.test.v1.AddRequest;
import io.github.grpconce.test.v1.Balance;
import io.github.grpconce.teststore.StoreTest;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A handler that meets what an older version of itself has done. */
@StoreTest
class StepsTypesTest {

  private static final String ID = RequestId.random().value();
  private static final Int64Value NUMBER = Int64Value.of(4711);

  @AutoClose private final StepsByHand steps = new StepsByHand();
  private final StepsByHand.Node server = steps.start();
  private HandlerByHand newer;
  private OpenCall<AddRequest, Balance> call;

  /** The older one has made a number, and nothing else. */
  @BeforeEach
  void resumeByNewerCode() {
    server.arrive(ID);
    HandlerByHand older = steps.handler();
    assertEquals(NUMBER, older.call().step("make", Int64Value.parser(), tr -> NUMBER));
    older.call().step("do", tr -> Transfers.add(tr, "do", 1));
    steps.endLeases();
    call = steps.start().arrive(ID);
    newer = steps.handler();
  }

  static Stream<Arguments> misfits() {
    return Stream.of(
        misfit("number as text", each -> each.step("make", StringValue.parser(), tr -> null)),
        misfit("number as bytes", each -> each.step("make", BytesValue.parser(), tr -> null)),
        misfit("number as nothing", each -> each.step("make", tr -> {})),
        misfit("nothing as number", each -> each.step("do", Int64Value.parser(), tr -> NUMBER)),
        misfit(
            "asynchronously",
            each -> {
              try {
                each.stepAsync("make", StringValue.parser(), tr -> null).join();
              } catch (CompletionException e) {
                throw (RuntimeException) e.getCause();
              }
            }));
  }

  private static Arguments misfit(String name, Consumer<IdempotentCall> step) {
    return arguments(name, step);
  }

  private StatusRuntimeException refusalOf(Consumer<IdempotentCall> step) {
    Context previous = newer.context().attach();
    try {
      return assertThrows(StatusRuntimeException.class, () -> step.accept(newer.call()));
    } finally {
      newer.context().detach(previous);
    }
  }

  private void assertNothingIsRecorded() {
    assertEquals(Status.Code.INTERNAL, call.code());
    assertTrue(call.failure().getMessage().contains("the handler's code has changed"));
    assertEquals(1, steps.inProgress());
    int failures =
        RecordInspector.of(steps.store, LedgerServer.RECORDS)
            .executionsInProgress(1)
            .join()
            .get(0)
            .failures();
    assertTrue(failures >= 1);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("misfits")
  void resultOfAnotherType_isRefused_andNothingIsRecorded_evenIfTheHandlerAnswers(
      String name, Consumer<IdempotentCall> step) {
    StatusRuntimeException refusal = refusalOf(step);
    assertTrue(refusal.getMessage().contains("the handler's code has changed"));
    assertTrue(refusal.getMessage().contains("labels and types"), refusal.getMessage());

    newer.answer(666);

    assertNothingIsRecorded();
  }

  @Test
  void executionThatMetAMisfit_doesNothingMore() {
    refusalOf(each -> each.step("make", StringValue.parser(), tr -> null));

    refusalOf(each -> each.step("other", tr -> Transfers.add(tr, "other", 1)));
    refusalOf(each -> each.finish("last", tr -> Balance.getDefaultInstance()));
    newer.fail(Status.FAILED_PRECONDITION);

    assertEquals(0, steps.done("other"));
    assertNothingIsRecorded();
  }

  /** It was begun before; its function ends after. */
  @Test
  void stepBesideAMisfit_isNotCommitted() {
    CompletableFuture<Balance> end = steps.future();
    CompletableFuture<Balance> beside = newer.step("beside", end);
    refusalOf(each -> each.step("make", StringValue.parser(), tr -> null));

    end.complete(Balance.getDefaultInstance());

    assertTrue(beside.isCompletedExceptionally());
    assertEquals(0, steps.done("beside"));
  }

  /** As while servers are deployed: one that has the code of then can finish it. */
  @Test
  void callThatAMisfitHasFailed_isFinishedByTheCodeThatFits() {
    refusalOf(each -> each.step("make", StringValue.parser(), tr -> null));
    newer.answer(666);

    OpenCall<AddRequest, Balance> again = steps.start().arrive(ID);
    assertEquals(NUMBER, steps.handler().call().step("make", Int64Value.parser(), tr -> null));
    steps.handler().answer(5);

    assertEquals(Status.Code.OK, again.code());
    assertEquals(5, again.answer().getAmount());
  }

  @Test
  void resultWithoutItsClass_isOfTheSameType() throws Exception {
    DynamicMessage number = DynamicMessage.newBuilder(Int64Value.getDescriptor()).build();

    DynamicMessage found = newer.call().step("make", number.getParserForType(), tr -> null);

    assertEquals(NUMBER, Int64Value.parseFrom(found.toByteString()));
  }

  @Test
  void resultThatItsParserWouldNotRead_isNotCommitted() {
    @SuppressWarnings("unchecked") // As a handler that has lost its types.
    Parser<MessageLite> parser = (Parser<MessageLite>) (Parser<?>) StringValue.parser();

    IllegalArgumentException refusal =
        assertThrows(
            IllegalArgumentException.class, () -> newer.call().step("new", parser, tr -> NUMBER));

    assertTrue(refusal.getMessage().contains("google.protobuf.Int64Value"), refusal.getMessage());
    assertEquals(Balance.getDefaultInstance(), newer.step("new too").join());
  }

  @Test
  void parserThatReadsNoEmptyMessage_isRefusedBeforeAnythingIsDone() {
    Parser<Int64Value> picky =
        new AbstractParser<>() {
          @Override
          public Int64Value parsePartialFrom(
              CodedInputStream input, ExtensionRegistryLite extensions)
              throws InvalidProtocolBufferException {
            throw new InvalidProtocolBufferException("never");
          }
        };

    assertThrows(
        IllegalArgumentException.class, () -> newer.call().step("make", picky, tr -> NUMBER));
    newer.answer(5);
    assertEquals(Status.Code.OK, call.code());
  }
}
