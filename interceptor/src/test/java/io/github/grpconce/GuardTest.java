package io.github.grpconce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.MethodOptions;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import com.google.rpc.Code;
import io.github.grpconce.demo.payment.v1.PaymentServiceGrpc;
import io.github.grpconce.v1.GuardOptions;
import io.github.grpconce.v1.GuardOptions.Mode;
import io.github.grpconce.v1.GuardOptions.RequestIdPolicy;
import io.github.grpconce.v1.GuardProto;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GuardTest {

  private static final GuardOptions ALL_SET =
      GuardOptions.newBuilder()
          .setMode(Mode.STEPS)
          .setRequestId(RequestIdPolicy.OPTIONAL)
          .addFinalFailures(Code.NOT_FOUND)
          .addFinalFailures(Code.PERMISSION_DENIED)
          .setIdentity("pinned")
          .setRequestIdField("name")
          .setLabelledCalls(true)
          .build();

  private static final Guard ALL_SET_GUARD =
      new Guard(
          Guard.Mode.STEPS,
          false,
          Set.of(Status.Code.NOT_FOUND, Status.Code.PERMISSION_DENIED),
          "pinned",
          new RequestIdField("name"),
          true);

  @Test
  void of_readsTheOptionOfAGeneratedDescriptor() {
    assertEquals(Optional.of(Guard.transaction()), Guard.of(PaymentServiceGrpc.getChargeMethod()));
    assertEquals(Optional.empty(), Guard.of(PaymentServiceGrpc.getGetAccountMethod()));
  }

  @Test
  void of_readsEveryOption() {
    assertEquals(Optional.of(ALL_SET_GUARD), Guard.of(unary(ALL_SET)));
  }

  @Test
  void of_readsTheOptionOfADescriptorThatDoesNotKnowIt() throws InvalidProtocolBufferException {
    MethodOptions unknown = MethodOptions.parseFrom(TestMethods.guarded(ALL_SET).toByteString());
    assertFalse(unknown.hasExtension(GuardProto.guard));
    assertEquals(Optional.of(ALL_SET_GUARD), Guard.of(TestMethods.unary(unknown)));
  }

  @Test
  void of_aMethodWithoutTheOption_isEmpty() {
    assertEquals(Optional.empty(), Guard.of(TestMethods.unary(TestMethods.unguarded())));
    assertEquals(Optional.empty(), Guard.of(TestMethods.unary(TestMethods.safe())));
    assertEquals(Optional.empty(), Guard.of(unary(GuardOptions.getDefaultInstance())));
  }

  @Test
  void of_aMethodWithoutDescriptor_isEmpty() {
    var marshaller = TestMethods.unary(TestMethods.unguarded()).getRequestMarshaller();
    MethodDescriptor<?, ?> method =
        MethodDescriptor.newBuilder(marshaller, marshaller)
            .setType(MethodType.UNARY)
            .setFullMethodName("a/B")
            .build();
    assertEquals(Optional.empty(), Guard.of(method));
    assertFalse(Guard.isSafe(method));
    assertTrue(Guard.isSafe(method.toBuilder().setSafe(true).build()));
  }

  @ParameterizedTest
  @EnumSource(
      value = Code.class,
      names = {
        "OK",
        "CANCELLED",
        "UNKNOWN",
        "DEADLINE_EXCEEDED",
        "ABORTED",
        "INTERNAL",
        "UNAVAILABLE"
      })
  void of_aFinalFailureThatTellsNoOutcome_isRefused(Code code) {
    assertRefused(code.name(), transaction().addFinalFailures(code).build());
  }

  @ParameterizedTest
  @EnumSource(
      value = Code.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {
        "OK",
        "CANCELLED",
        "UNKNOWN",
        "DEADLINE_EXCEEDED",
        "ABORTED",
        "INTERNAL",
        "UNAVAILABLE",
        "UNRECOGNIZED"
      })
  void of_anyOtherFailure_canBeFinal(Code code) {
    Guard guard = Guard.of(unary(transaction().addFinalFailures(code).build())).orElseThrow();
    Status.Code status = Status.fromCodeValue(code.getNumber()).getCode();
    assertEquals(Set.of(status), guard.finalFailures());
    assertTrue(guard.isFinal(status));
    assertTrue(guard.isFinal(Status.Code.OK));
    assertFalse(guard.isFinal(Status.Code.UNAVAILABLE));
  }

  @Test
  void of_whatThisVersionDoesNotKnow_isRefused() {
    assertRefused("mode 9 is unknown", GuardOptions.newBuilder().setModeValue(9).build());
    assertRefused("request_id 9 is unknown", transaction().setRequestIdValue(9).build());
    assertRefused("99 is no status code", transaction().addFinalFailuresValue(99).build());
    assertRefused("-1 is no status code", transaction().addFinalFailuresValue(-1).build());
  }

  @Test
  void of_optionsWithoutAMode_areRefused() {
    assertRefused(
        "no mode: add TRANSACTION or STEPS",
        GuardOptions.newBuilder().setIdentity("pinned").build());
  }

  @Test
  void of_aMalformedOption_isRefused() {
    UnknownFieldSet.Field truncated =
        UnknownFieldSet.Field.newBuilder()
            .addLengthDelimited(ByteString.copyFrom(new byte[] {0x08}))
            .build();
    Message.Builder builder = MethodOptions.newBuilder();
    // As any message's: MethodOptions' own method is not the same in all versions of protobuf.
    builder.setUnknownFields(
        UnknownFieldSet.newBuilder().addField(GuardProto.guard.getNumber(), truncated).build());
    MethodOptions options = (MethodOptions) builder.build();
    var refusal =
        assertThrows(IllegalArgumentException.class, () -> Guard.of(TestMethods.unary(options)));
    assertTrue(refusal.getMessage().contains("malformed"), refusal.getMessage());
  }

  @Test
  void of_aBidirectionalMethod_isRefused() {
    var refusal =
        assertThrows(
            IllegalArgumentException.class,
            () -> Guard.of(TestMethods.method(MethodType.BIDI_STREAMING, TestMethods.guarded())));
    String message = refusal.getMessage();
    assertTrue(message.contains("test.Service/Do is bidirectional"), message);
    assertTrue(message.contains("make it client-streaming"), message);
  }

  @ParameterizedTest
  @EnumSource(
      value = MethodType.class,
      names = {"UNARY", "CLIENT_STREAMING", "SERVER_STREAMING"})
  void of_anyOtherType_canBeGuarded(MethodType type) {
    assertEquals(
        Optional.of(Guard.transaction()),
        Guard.of(TestMethods.method(type, TestMethods.guarded())));
  }

  @Test
  void of_aSafeMethod_isRefused() {
    MethodOptions options = TestMethods.guarded().toBuilder().mergeFrom(TestMethods.safe()).build();
    var refusal =
        assertThrows(IllegalArgumentException.class, () -> Guard.of(TestMethods.unary(options)));
    assertTrue(refusal.getMessage().contains("needs no guard"), refusal.getMessage());
  }

  @Test
  void isSafe_isWhatTheDescriptorSays() {
    assertTrue(Guard.isSafe(PaymentServiceGrpc.getGetAccountMethod()));
    assertFalse(Guard.isSafe(PaymentServiceGrpc.getChargeMethod()));
    assertTrue(Guard.isSafe(TestMethods.unary(TestMethods.safe())));
    assertFalse(Guard.isSafe(TestMethods.unary(TestMethods.unguarded())));
  }

  @Test
  void identityOf_isTheFullMethodNameUnlessPinned() {
    MethodDescriptor<?, ?> method = PaymentServiceGrpc.getChargeMethod();
    assertEquals("demo.payment.v1.PaymentService/Charge", Guard.transaction().identityOf(method));
    assertEquals("pinned", Guard.steps().withIdentity("pinned").identityOf(method));
  }

  @Test
  void withers_changeOnePart() {
    Guard guard =
        Guard.steps()
            .withRequestIdOptional()
            .withFinalFailures(Set.of(Status.Code.NOT_FOUND, Status.Code.PERMISSION_DENIED))
            .withIdentity("pinned")
            .withRequestIdField(new RequestIdField("name"))
            .withLabelledCalls();
    assertEquals(ALL_SET_GUARD, guard);
    assertThrows(
        IllegalArgumentException.class,
        () -> guard.withFinalFailures(Set.of(Status.Code.UNAVAILABLE)));
  }

  private static GuardOptions.Builder transaction() {
    return GuardOptions.newBuilder().setMode(Mode.TRANSACTION);
  }

  private static MethodDescriptor<?, ?> unary(GuardOptions guard) {
    return TestMethods.unary(TestMethods.guarded(guard));
  }

  private static void assertRefused(String why, GuardOptions guard) {
    var refusal = assertThrows(IllegalArgumentException.class, () -> Guard.of(unary(guard)));
    assertTrue(
        refusal.getMessage().startsWith("the guard of test.Service/Do can't be kept: "),
        refusal.getMessage());
    assertTrue(refusal.getMessage().contains(why), refusal.getMessage());
  }

  @Test
  void of_aFieldThatIsSetToNothing_isNone() {
    GuardOptions none =
        GuardOptions.newBuilder().setMode(Mode.TRANSACTION).setRequestIdField("").build();
    Guard guard = Guard.of(unary(none)).orElseThrow();
    assertEquals(RequestIdField.NONE, guard.requestIdField());
    assertEquals(RequestIdField.NONE, RequestIdField.of(unary(none)));
    assertEquals(guard, Guard.transaction().withRequestIdField(RequestIdField.NONE));
  }

  @Test
  void of_aFieldThatRequestsDoNotHave_isRefused() {
    GuardOptions missing =
        GuardOptions.newBuilder().setMode(Mode.TRANSACTION).setRequestIdField("token").build();
    var refusal = assertThrows(IllegalArgumentException.class, () -> Guard.of(unary(missing)));
    assertTrue(refusal.getMessage().contains("no singular string token"), refusal.getMessage());
  }
}
