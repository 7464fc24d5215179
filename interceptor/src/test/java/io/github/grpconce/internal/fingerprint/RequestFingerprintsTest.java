package io.github.grpconce.internal.fingerprint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.UnknownFieldSet;
import io.github.grpconce.UnreadableRecordException;
import io.github.grpconce.test.v1.AddRequest;
import io.github.grpconce.test.v1.Origin;
import io.github.grpconce.v1.Fingerprint;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class RequestFingerprintsTest {

  private static final AddRequest REQUEST =
      AddRequest.newBuilder().setAccount("alice").setAmount(5).build();

  private final RequestFingerprints fingerprints =
      RequestFingerprints.of("pkg.Service/Method", AddRequest.getDescriptor());

  @Test
  void fingerprint_isFrozen() {
    assertEquals(
        "08031210d6d39daf4252fbef70a5fa0539ed4ba91a06017be602960022020304",
        HexFormat.of().formatHex(of(REQUEST).toByteArray()));
  }

  @Test
  void otherContent_differsAndNamesTheFirstField() {
    AddRequest otherAmount = REQUEST.toBuilder().setAmount(6).build();
    AddRequest otherAccount = otherAmount.toBuilder().setAccount("bob").build();

    assertEquals(Optional.of("amount"), difference(REQUEST, otherAmount));
    assertEquals(Optional.of("account"), difference(REQUEST, otherAccount));
  }

  /** Digests of 16 bits have doubles, but none among so few. */
  @Test
  void otherContentOfAField_isNamed_whicheverBitOfItsDigestDiffers() {
    long named =
        LongStream.rangeClosed(1_000, 3_999)
            .mapToObj(amount -> REQUEST.toBuilder().setAmount(amount).build())
            .filter(other -> difference(REQUEST, other).equals(Optional.of("amount")))
            .count();

    assertEquals(3_000, named);
  }

  @Test
  void aFieldThatOnlyOneRequestHas_isNamed() {
    AddRequest without = REQUEST.toBuilder().clearAccount().build();

    assertEquals(Optional.of("account"), difference(REQUEST, without));
    assertEquals(Optional.of("account"), difference(without, REQUEST));
  }

  @Test
  void orderOfMapEntriesAndUnknownFields_countAsContentSays() {
    AddRequest ab = REQUEST.toBuilder().putFurtherAmounts("a", 1).putFurtherAmounts("b", 2).build();
    AddRequest ba = REQUEST.toBuilder().putFurtherAmounts("b", 2).putFurtherAmounts("a", 1).build();
    AddRequest newer =
        REQUEST.toBuilder()
            .setUnknownFields(
                UnknownFieldSet.newBuilder()
                    .addField(99, UnknownFieldSet.Field.newBuilder().addVarint(7).build())
                    .build())
            .build();

    assertEquals(of(ab), of(ba));
    assertEquals(Optional.of("#99"), difference(REQUEST, newer));
  }

  @Test
  void fieldsLeftOut_doNotCountAtAnyDepth() {
    Origin inner = Origin.newBuilder().setChannel("web").setSentAtMillis(1).build();
    AddRequest first =
        REQUEST.toBuilder()
            .setRequestId("one")
            .setOrigin(inner.toBuilder().addVia(inner).setSentAtMillis(2))
            .build();
    AddRequest later =
        REQUEST.toBuilder()
            .setOrigin(inner.toBuilder().addVia(inner.toBuilder().setSentAtMillis(3)))
            .build();
    AddRequest elsewhere =
        REQUEST.toBuilder()
            .setOrigin(inner.toBuilder().addVia(inner.toBuilder().setChannel("shop")))
            .build();

    assertEquals(of(first), of(later));
    assertEquals(Optional.of("origin"), difference(first, elsewhere));
  }

  @Test
  void severalMessages_differAsAListDoes() {
    Fingerprint one = fingerprints.of(List.of(REQUEST));
    Fingerprint two = fingerprints.of(List.of(REQUEST, REQUEST));

    assertFalse(fingerprints.match(one, fingerprints.presented(List.of(REQUEST, REQUEST))));
    assertFalse(fingerprints.match(one, fingerprints.presented(List.of())));
    assertTrue(fingerprints.match(two, fingerprints.presented(List.of(REQUEST, REQUEST))));
  }

  @Test
  void otherMethod_differs() {
    RequestFingerprints other = RequestFingerprints.of("other", AddRequest.getDescriptor());

    assertFalse(fingerprints.match(of(REQUEST), other.presented(List.of(REQUEST))));
  }

  @Test
  void newerFingerprint_isRefusedAndNotTakenForEqual() {
    Fingerprint newer = of(REQUEST).toBuilder().setVersion(4).build();

    assertThrows(
        UnreadableRecordException.class, () -> fingerprints.match(newer, presented(REQUEST)));
  }

  @Test
  void bytesWithoutASchema_differWithoutAName() {
    RequestFingerprints ofBytes = RequestFingerprints.ofBytes("method");
    Fingerprint one = ofBytes.presentedSerialised(List.of(bytes(1, 2))).fingerprint();
    PresentedRequest other = ofBytes.presentedSerialised(List.of(bytes(1), bytes(2)));

    assertFalse(ofBytes.match(one, other));
    assertEquals(Optional.empty(), ofBytes.firstDifference(one, other));
  }

  @Test
  void aGreatManyFields_keepTheRecordSmall() throws Exception {
    FileDescriptorProto.Builder file = FileDescriptorProto.newBuilder().setName("wide.proto");
    DescriptorProto.Builder wide = file.addMessageTypeBuilder().setName("Wide");
    for (int number = 1; number <= 400; number++) {
      wide.addField(
          FieldDescriptorProto.newBuilder()
              .setName("f" + number)
              .setNumber(number)
              .setType(FieldDescriptorProto.Type.TYPE_BYTES)
              .setLabel(FieldDescriptorProto.Label.LABEL_OPTIONAL));
    }
    Descriptor type =
        FileDescriptor.buildFrom(file.build(), new FileDescriptor[0]).getMessageTypes().get(0);
    RequestFingerprints ofWide = RequestFingerprints.of("method", type);
    Fingerprint full = ofWide.of(List.of(wide(type, 400)));
    PresentedRequest shorter = ofWide.presented(List.of(wide(type, 399)));
    PresentedRequest narrow = ofWide.presented(List.of(wide(type, 3)));

    assertTrue(full.getFieldDigests().size() <= 48);
    assertEquals(Optional.of("f4"), ofWide.firstDifference(full, narrow));
    // Too far back to be named; that they differ is known all the same.
    assertFalse(ofWide.match(full, shorter));
    assertEquals(Optional.empty(), ofWide.firstDifference(full, shorter));
  }

  private static DynamicMessage wide(Descriptor type, int fields) {
    DynamicMessage.Builder message = DynamicMessage.newBuilder(type);
    IntStream.rangeClosed(1, fields)
        .mapToObj(type::findFieldByNumber)
        .forEach((FieldDescriptor field) -> message.setField(field, ByteString.copyFromUtf8("x")));
    return message.build();
  }

  private static ByteString bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return ByteString.copyFrom(bytes);
  }

  private PresentedRequest presented(AddRequest request) {
    return fingerprints.presented(List.of(request));
  }

  private Fingerprint of(AddRequest request) {
    return fingerprints.of(List.of(request));
  }

  private Optional<String> difference(AddRequest one, AddRequest other) {
    assertFalse(fingerprints.match(of(one), presented(other)));
    return fingerprints.firstDifference(of(one), presented(other));
  }
}
