package io.github.grpconce;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.MethodOptions;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import io.github.grpconce.internal.content.RequestContent;
import io.github.grpconce.test.v1.AddRequest;
import io.github.grpconce.test.v1.Origin;
import io.github.grpconce.v1.GuardOptions;
import io.github.grpconce.v1.GuardProto;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever bytes come over the wire are understood, or refused in the way that is documented. */
class WireBytesTest {

  private static final String TIME_BEARING = "01890a5d-ac96-774b-bcce-b302099a8057";

  /** Shorter ones could be words of a refusal by chance. */
  private static final int RECOGNISABLE = 12;

  @Property
  void requestId_isUnderstoodOrRefusedWithoutBeingRepeated(@ForAll("ids") String text) {
    RequestId id;
    try {
      id = RequestId.of(text);
    } catch (IllegalArgumentException e) {
      assertFalse(text.length() >= RECOGNISABLE && e.getMessage().contains(text), e.getMessage());
      return;
    }
    assertEquals(id, RequestId.of(id.value()));
    assertEquals(id, RequestId.of(quoted(id.value())));
    assertTrue(id.value().matches("[!-~]([ -~]{0,253}[!-~])?"), id.value());
    assertEquals(isTimeBearing(id.value()), id.time().isPresent());
  }

  /** By the JDK's own reading of UUIDs. */
  private static boolean isTimeBearing(String value) {
    try {
      UUID uuid = UUID.fromString(value);
      return uuid.toString().equals(value)
          && (uuid.version() == 7 || uuid.version() == 8)
          && uuid.variant() == 2;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static String quoted(String value) {
    return '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  @Provide
  Arbitrary<String> ids() {
    Arbitrary<String> nearlyValid =
        Mutants.of(
                List.of(
                    TIME_BEARING.getBytes(ISO_8859_1),
                    "ORDER-4711/retry of 17".getBytes(ISO_8859_1),
                    "\"quoted \\\"twice\\\" \\\\\"".getBytes(ISO_8859_1),
                    "x".repeat(RequestId.MAX_LENGTH).getBytes(ISO_8859_1)))
            .map(bytes -> new String(bytes, ISO_8859_1));
    Arbitrary<String> ends = Arbitraries.of("", "", "", " ", "\"", "\\", "\t", "é");
    return Arbitraries.oneOf(
        Combinators.combine(ends, nearlyValid, ends).as((begin, id, end) -> begin + id + end),
        Arbitraries.strings().ofMaxLength(300));
  }

  @Property
  void children_areValidAndTellApart(
      @ForAll("ids") String text, @ForAll String label, @ForAll String method) {
    RequestId parent;
    try {
      parent = RequestId.of(text);
    } catch (IllegalArgumentException e) {
      return;
    }
    RequestId ofCall = parent.child(method, 0);
    assertEquals(ofCall, RequestId.of(ofCall.value()));
    assertEquals(ofCall, parent.child(method, 0));
    assertFalse(ofCall.equals(parent.child(method, 1)));
    assertEquals(parent.time(), ofCall.time());
    if (!label.isEmpty()) {
      assertFalse(ofCall.equals(parent.child(label)));
      assertEquals(parent.time(), parent.child(label).time());
    }
  }

  @Property
  void detailsOfAFailure_giveAReasonOrNone(@ForAll("details") byte[] details) {
    Metadata trailers = new Metadata();
    trailers.put(
        Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER), details);

    Optional<ErrorReason> reason =
        ErrorReason.of(new StatusRuntimeException(Status.UNAVAILABLE, trailers));

    reason.ifPresent(known -> assertEquals(ErrorReason.valueOf(known.name()), known));
  }

  @Provide
  Arbitrary<byte[]> details() {
    Metadata trailers = ErrorReason.REQUEST_ID_REUSED.refusal("no").getTrailers();
    return Mutants.of(
        List.of(
            trailers.get(
                Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER))));
  }

  /** A descriptor that comes through server reflection, or from a file, is somebody else's. */
  @Property
  void guardOption_isReadOrRefused(@ForAll("guardOptions") byte[] option) {
    var method = TestMethods.unary(withGuard(option));
    try {
      Guard.of(method).ifPresent(guard -> assertEquals(guard, Guard.of(method).orElseThrow()));
    } catch (IllegalArgumentException e) {
      assertFalse(e.getMessage().isEmpty());
    }
  }

  private static MethodOptions withGuard(byte[] option) {
    UnknownFieldSet.Field field =
        UnknownFieldSet.Field.newBuilder().addLengthDelimited(ByteString.copyFrom(option)).build();
    // As any message's: what its own builder's method returns differs between protobuf's versions.
    Message.Builder options = MethodOptions.newBuilder();
    options.setUnknownFields(
        UnknownFieldSet.newBuilder().addField(GuardProto.guard.getNumber(), field).build());
    return (MethodOptions) options.build();
  }

  @Provide
  Arbitrary<byte[]> guardOptions() {
    return Mutants.of(
        List.of(
            GuardOptions.newBuilder().setModeValue(1).setIdentity("pinned").build().toByteArray(),
            GuardOptions.newBuilder().setModeValue(2).setRequestIdValue(2).build().toByteArray()));
  }

  @Property
  void content_ofWhateverCanBeParsed_isTheSameAfterTheWire(@ForAll("requests") byte[] bytes)
      throws InvalidProtocolBufferException {
    AddRequest request;
    try {
      request = AddRequest.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      return;
    }
    RequestContent content =
        RequestContent.of(AddRequest.getDescriptor(), RequestIdField.STANDARD_NAME);
    byte[] first = content.serialise(request);
    byte[] second = content.serialise(AddRequest.parseFrom(request.toByteArray()));
    assertEquals(Mutants.hex(first), Mutants.hex(second));
    assertEquals(request.getRequestId(), RequestIdField.STANDARD.textOf(request).orElse(""));
  }

  @Provide
  Arbitrary<byte[]> requests() {
    return Combinators.combine(Arbitraries.integers().between(0, 99), Mutants.of(valid()))
        .as((depth, bytes) -> depth % 10 == 0 ? nested(depth) : bytes);
  }

  private static List<byte[]> valid() {
    AddRequest request =
        AddRequest.newBuilder()
            .setAccount("alice")
            .setAmount(5)
            .setRequestId("id")
            .setOrigin(Origin.newBuilder().setChannel("web").setSentAtMillis(17))
            .putFurtherAmounts("tip", 1)
            .putFurtherAmounts("tax", 2)
            .build();
    return List.of(request.toByteArray(), nested(20));
  }

  private static byte[] nested(int depth) {
    Origin origin = Origin.newBuilder().setSentAtMillis(1).build();
    for (int i = 0; i < depth; i++) {
      origin = Origin.newBuilder().setChannel("c").addVia(origin).build();
    }
    return AddRequest.newBuilder().setOrigin(origin).build().toByteArray();
  }

  @Example
  void unknownGroups_asDeepAsTheyCanBeParsed_areContent() throws Exception {
    RequestContent content =
        RequestContent.of(AddRequest.getDescriptor(), RequestIdField.STANDARD_NAME);
    AddRequest deep = AddRequest.newBuilder().setUnknownFields(groups(95)).build();
    AddRequest deeper = AddRequest.newBuilder().setUnknownFields(groups(96)).build();

    String arrived = Mutants.hex(content.serialise(AddRequest.parseFrom(deep.toByteArray())));

    assertEquals(Mutants.hex(content.serialise(deep)), arrived);
    assertNotEquals(Mutants.hex(content.serialise(deeper)), arrived);
  }

  private static UnknownFieldSet groups(int depth) {
    UnknownFieldSet fields = UnknownFieldSet.getDefaultInstance();
    for (int i = 0; i < depth; i++) {
      fields =
          UnknownFieldSet.newBuilder()
              .addField(77, UnknownFieldSet.Field.newBuilder().addGroup(fields).build())
              .build();
    }
    return fields;
  }
}
