package io.github.grpconce;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import io.github.grpconce.test.v1.AddRequest;
import io.github.grpconce.test.v1.Balance;
import io.github.grpconce.test.v1.Origin;
import io.github.grpconce.v1.GuardOptions;
import io.github.grpconce.v1.GuardProto;
import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RequestIdOfContentTest {

  private static final Duration WINDOW = Duration.ofMinutes(10);
  private static final Instant BEGIN = Instant.parse("2026-01-02T03:40:00Z");
  private static final AddRequest REQUEST =
      AddRequest.newBuilder()
          .setAccount("alice")
          .setAmount(5)
          .putFurtherAmounts("a", 1)
          .putFurtherAmounts("b", 2)
          .build();

  @Test
  void equalContentWithinAWindow_isOneOperation() {
    assertEquals(idOf(REQUEST, BEGIN), idOf(REQUEST, BEGIN.plus(WINDOW).minusMillis(1)));
  }

  @Test
  void equalContentInTheNextWindow_isAnother() {
    assertNotEquals(idOf(REQUEST, BEGIN), idOf(REQUEST, BEGIN.plus(WINDOW)));
    assertNotEquals(idOf(REQUEST, BEGIN), idOf(REQUEST, BEGIN.minusMillis(1)));
  }

  @Test
  void otherContent_isAnother() {
    AddRequest other = REQUEST.toBuilder().setAmount(6).build();
    assertNotEquals(idOf(REQUEST, BEGIN), idOf(other, BEGIN));
  }

  @Test
  void equalBytesOfAnotherType_areAnother() {
    Balance balance = Balance.newBuilder().setAccount("alice").setAmount(5).build();
    AddRequest request = AddRequest.newBuilder().setAccount("alice").setAmount(5).build();
    assertEquals(balance.toByteString(), request.toByteString());
    assertNotEquals(idOf(balance, BEGIN), idOf(request, BEGIN));
    assertNotEquals(
        idOf(request, BEGIN),
        RequestId.ofContent(request.toByteArray(), WINDOW, InstantSource.fixed(BEGIN)));
  }

  @Test
  void anotherWindowLength_isAnother() {
    InstantSource clock = InstantSource.fixed(BEGIN);
    assertNotEquals(
        RequestId.ofContent(REQUEST, WINDOW, clock),
        RequestId.ofContent(REQUEST, WINDOW.dividedBy(2), clock));
  }

  @Test
  void theIdIsAsOldAsTheWindow() {
    RequestId id = idOf(REQUEST, BEGIN.plusSeconds(599));
    assertEquals(id, RequestId.of(id.value()));
    assertEquals(Optional.of(BEGIN), id.time());
  }

  @Test
  void whatMayDifferBetweenAttempts_doesNotCount() {
    AddRequest first = withOrigin(Origin.newBuilder().setChannel("web").setSentAtMillis(1));
    AddRequest second =
        withOrigin(Origin.newBuilder().setChannel("web").setSentAtMillis(2)).toBuilder()
            .setRequestId("another")
            .build();
    AddRequest elsewhere = withOrigin(Origin.newBuilder().setChannel("shop").setSentAtMillis(1));
    assertEquals(idOf(first, BEGIN), idOf(second, BEGIN));
    assertNotEquals(idOf(first, BEGIN), idOf(elsewhere, BEGIN));
  }

  @Test
  void aMessageOfADescriptorThatDoesNotKnowOurOptions_isTheSame() throws Exception {
    FileDescriptorProto plain =
        FileDescriptorProto.parseFrom(
            AddRequest.getDescriptor().getFile().toProto().toByteString());
    Descriptor type =
        FileDescriptor.buildFrom(plain, new FileDescriptor[] {GuardProto.getDescriptor()})
            .findMessageTypeByName("AddRequest");
    AddRequest sent = withOrigin(Origin.newBuilder().setChannel("web").setSentAtMillis(1));
    AddRequest sentAgain = withOrigin(Origin.newBuilder().setChannel("web").setSentAtMillis(2));
    DynamicMessage dynamic = DynamicMessage.parseFrom(type, sentAgain.toByteString());
    assertEquals(idOf(sent, BEGIN), idOf(dynamic, BEGIN));
  }

  @Test
  void fieldThatTheMethodsGuardNames_doesNotCount() {
    var ofName = methodWhoseIdIsIn("name");
    assertEquals(idOf(ofName, "one", "first"), idOf(ofName, "one", "second"));
    assertNotEquals(idOf(ofName, "one", "first"), idOf(ofName, "two", "first"));

    var ofNone = methodWhoseIdIsIn("");
    assertNotEquals(idOf(ofNone, "one", "first"), idOf(ofNone, "two", "first"));

    var standard = TestMethods.unary(TestMethods.guarded());
    assertEquals(idOf(standard, "one", "first"), idOf(standard, "two", "first"));
    assertEquals(
        idOf(standard, "one", "first"),
        idOf(TestMethods.request(standard, "three", "first"), BEGIN));
  }

  private static MethodDescriptor<DynamicMessage, DynamicMessage> methodWhoseIdIsIn(String field) {
    return TestMethods.unary(
        TestMethods.guarded(
            GuardOptions.newBuilder()
                .setMode(GuardOptions.Mode.TRANSACTION)
                .setRequestIdField(field)
                .build()));
  }

  private static RequestId idOf(
      MethodDescriptor<DynamicMessage, DynamicMessage> method, String requestId, String name) {
    return RequestId.ofContent(
        method, TestMethods.request(method, requestId, name), WINDOW, InstantSource.fixed(BEGIN));
  }

  @Test
  void orderOfAListCounts_andThatOfFieldsDoesNot() throws Exception {
    AddRequest ba =
        REQUEST.toBuilder()
            .clearFurtherAmounts()
            .putFurtherAmounts("b", 2)
            .putFurtherAmounts("a", 1)
            .build();
    assertEquals(idOf(REQUEST, BEGIN), idOf(ba, BEGIN));
    Origin web = Origin.newBuilder().setChannel("web").build();
    Origin shop = Origin.newBuilder().setChannel("shop").build();
    assertNotEquals(
        idOf(withOrigin(Origin.newBuilder().addVia(web).addVia(shop)), BEGIN),
        idOf(withOrigin(Origin.newBuilder().addVia(shop).addVia(web)), BEGIN));
  }

  @Test
  void bytes_areContentToo() {
    InstantSource clock = InstantSource.fixed(BEGIN);
    RequestId id = RequestId.ofContent("pay 5".getBytes(UTF_8), WINDOW, clock);
    assertEquals(id, RequestId.ofContent("pay 5".getBytes(UTF_8), WINDOW, clock));
    assertNotEquals(id, RequestId.ofContent("pay 6".getBytes(UTF_8), WINDOW, clock));
  }

  @Test
  void aWindowOfNoTime_isRefused() {
    InstantSource clock = InstantSource.fixed(BEGIN);
    assertThrows(
        IllegalArgumentException.class,
        () -> RequestId.ofContent(REQUEST, Duration.ofNanos(999_999), clock));
    assertThrows(
        IllegalArgumentException.class,
        () -> RequestId.ofContent(REQUEST, Duration.ofDays(-1), clock));
  }

  private static AddRequest withOrigin(Origin.Builder origin) {
    return REQUEST.toBuilder().setOrigin(origin).build();
  }

  private static RequestId idOf(Message content, Instant now) {
    return RequestId.ofContent(content, WINDOW, InstantSource.fixed(now));
  }
}
