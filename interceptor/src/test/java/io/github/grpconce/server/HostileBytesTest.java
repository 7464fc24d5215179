package io.github.grpconce.server;

import static io.github.grpconce.server.LedgerServer.RECORDS;
import static io.github.grpconce.server.LedgerServer.add;
import static io.github.grpconce.server.LedgerServer.stub;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.apple.foundationdb.KeyValue;
import com.apple.foundationdb.Range;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.github.grpconce.ErrorReason;
import io.github.grpconce.Mutants;
import io.github.grpconce.RequestId;
import io.github.grpconce.UnreadableRecordException;
import io.github.grpconce.internal.answer.Answer;
import io.github.grpconce.internal.answer.SeldomLog;
import io.github.grpconce.internal.answer.StoredMetadata;
import io.github.grpconce.internal.method.GuardedMethod;
import io.github.grpconce.internal.method.GuardedMethods;
import io.github.grpconce.internal.operation.TransactionOperation;
import io.github.grpconce.test.v1.AddRequest;
import io.github.grpconce.test.v1.Balance;
import io.github.grpconce.test.v1.LedgerServiceGrpc;
import io.github.grpconce.teststore.StoreTest;
import io.github.grpconce.v1.Metadatum;
import io.github.grpconce.v1.Outcome;
import io.grpc.Channel;
import io.grpc.InternalMetadata;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeProperty;

/** What a server makes of calls and records that are not what they should be. */
@Tag(StoreTest.TAG)
class HostileBytesTest {

  private static final AddRequest REQUEST = add("alice", 5);
  private static final String ID = "order-4711";

  /** Its warnings about damaged records are expected, and there are many. */
  private static final Logger LOG = Logger.getLogger(TransactionOperation.class.getName());

  private final LedgerServer server = new LedgerServer();
  private final Channel channel = server.start();
  private final GuardedMethod<AddRequest, Balance> method =
      new GuardedMethods(Map.of(), new SeldomLog(System::nanoTime), true)
          .find(LedgerServiceGrpc.getAddMethod())
          .orElseThrow();

  @BeforeProperty
  void mute() {
    LOG.setLevel(Level.OFF);
  }

  @AfterProperty
  void close() {
    LOG.setLevel(null);
    server.close();
  }

  @Property
  void anyHeaderValues_areTakenOrRefusedWithTheirReason(@ForAll("headers") List<byte[]> values) {
    Metadata headers = new Metadata();
    Metadata.Key<byte[]> raw = InternalMetadata.keyOf("idempotency-key", new RawMarshaller());
    values.forEach(value -> headers.put(raw, value));

    assertAnswered(
        () -> stub(channel, headers).addWithoutId(REQUEST), ErrorReason.REQUEST_ID_INVALID);
  }

  @Provide
  Arbitrary<List<byte[]>> headers() {
    return Mutants.of(
            List.of(
                RequestId.random().value().getBytes(US_ASCII),
                "\"quoted\"".getBytes(US_ASCII),
                ID.getBytes(US_ASCII)))
        .list()
        .ofMaxSize(3);
  }

  @Property
  void anyRequestThatCanBeParsed_isExecutedOrRefusedWithItsReason(
      @ForAll("requests") byte[] bytes) {
    Optional<AddRequest> request = parsed(bytes);
    if (request.isPresent()) {
      String id = RequestId.random().value();
      assertAnswered(() -> stub(channel, id).add(request.get()), ErrorReason.REQUEST_ID_INVALID);
      assertAnswered(() -> stub(channel, id).add(request.get()), ErrorReason.REQUEST_ID_INVALID);
    }
  }

  @Provide
  Arbitrary<byte[]> requests() {
    return Mutants.of(
        List.of(
            REQUEST.toByteArray(),
            REQUEST.toBuilder()
                .setRequestId("id")
                .putFurtherAmounts("tip", 1)
                .build()
                .toByteArray()));
  }

  private static Optional<AddRequest> parsed(byte[] bytes) {
    try {
      return Optional.of(AddRequest.parseFrom(bytes));
    } catch (InvalidProtocolBufferException e) {
      return Optional.empty();
    }
  }

  /** Either the call is done, or it is refused with this reason and nothing else. */
  private static void assertAnswered(Runnable call, ErrorReason reason) {
    try {
      call.run();
    } catch (StatusRuntimeException e) {
      assertEquals(Optional.of(reason), ErrorReason.of(e), e::getMessage);
    }
  }

  /** The operation was executed once, and nothing that befalls its record may change that. */
  @Property
  void damagedRecord_isNeverTakenForAbsent(@ForAll("damage") byte[] value) {
    stub(channel, ID).add(REQUEST);
    int executions = server.ledger.executions();
    List<KeyValue> before = record();
    put(before.get(0).getKey(), value);

    try {
      stub(channel, ID).add(REQUEST);
    } catch (StatusRuntimeException e) {
      assertTrue(ErrorReason.of(e).isPresent() || isRecorded(e.getStatus(), value), e::getMessage);
    }
    assertEquals(executions, server.ledger.executions());
    put(before.get(0).getKey(), before.get(0).getValue());
  }

  /** Damage that makes another outcome of it can't be noticed here; the store has checksums. */
  private static boolean isRecorded(Status status, byte[] value) {
    try {
      return io.github.grpconce.v1.Record.parseFrom(value).getOutcome().getCode()
          == status.getCode().value();
    } catch (InvalidProtocolBufferException e) {
      return false;
    }
  }

  @Provide
  Arbitrary<byte[]> damage() {
    stub(channel, ID).add(REQUEST);
    return Mutants.of(List.of(record().get(0).getValue()));
  }

  private List<KeyValue> record() {
    byte[] prefix = RECORDS.getKey();
    byte[] opaque = Arrays.copyOf(prefix, prefix.length + 1);
    opaque[prefix.length] = 'o';
    return server.store.run(tr -> tr.getRange(Range.startsWith(opaque)).asList().join());
  }

  private void put(byte[] key, byte[] value) {
    server.store.run(
        tr -> {
          tr.set(key, value);
          return null;
        });
  }

  @Property
  void outcome_isAnsweredOrUnreadable(@ForAll("outcomes") byte[] bytes) {
    Outcome outcome;
    try {
      outcome = Outcome.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      return;
    }
    try {
      Answer<Balance> answer = method.answer(outcome);
      assertEquals(answer.status().isOk() ? 1 : 0, answer.messages().size());
      assertEquals(outcome.getCode(), answer.status().getCode().value());
    } catch (UnreadableRecordException e) {
      assertEquals("a recorded outcome is not one of its method", e.getMessage());
    }
  }

  @Provide
  Arbitrary<byte[]> outcomes() {
    Outcome success =
        Outcome.newBuilder()
            .addResponses(Balance.newBuilder().setAccount("a").build().toByteString())
            .addHeaders(Metadatum.newBuilder().setKey("key").setValue(ByteString.copyFromUtf8("v")))
            .build();
    Outcome failure =
        Outcome.newBuilder()
            .setCode(5)
            .setMessage("no such account")
            .addTrailers(Metadatum.newBuilder().setKey("key-bin"))
            .build();
    return Mutants.of(List.of(success.toByteArray(), failure.toByteArray()));
  }

  @Example
  void outcomeOfNoStatus_orWithTheWrongNumberOfResponses_isUnreadable() {
    ByteString response = Balance.getDefaultInstance().toByteString();
    for (Outcome outcome :
        List.of(
            Outcome.newBuilder().setCode(17).build(),
            Outcome.newBuilder().setCode(-1).build(),
            Outcome.getDefaultInstance(),
            Outcome.newBuilder().addResponses(response).addResponses(response).build(),
            Outcome.newBuilder().setCode(5).addResponses(response).build(),
            Outcome.newBuilder().addResponses(ByteString.copyFromUtf8("?")).build())) {
      assertThrows(UnreadableRecordException.class, () -> method.answer(outcome));
    }
  }

  @Property
  void metadata_isReadAsItWasStored(@ForAll("metadata") Metadata metadata) {
    Metadata read = StoredMetadata.toMetadata(StoredMetadata.of(metadata));

    Metadata expected = Answer.copy(metadata);
    Set.of("grpc-status", "te", "content-type")
        .forEach(
            name -> expected.discardAll(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER)));
    assertEquals(values(expected), values(read));
    assertFalse(read.keys().contains("grpc-status"));
  }

  /** By name; the order of names means nothing. */
  private static Map<String, List<ByteString>> values(Metadata metadata) {
    return StoredMetadata.of(metadata).stream()
        .collect(groupingBy(Metadatum::getKey, mapping(Metadatum::getValue, toList())));
  }

  @Provide
  Arbitrary<Metadata> metadata() {
    Arbitrary<String> names =
        Arbitraries.oneOf(
            Arbitraries.of("grpc-status", "te", "content-type"),
            Arbitraries.strings().withChars("abc-_.9").ofMinLength(1).ofMaxLength(8));
    Arbitrary<String> values = Arbitraries.strings().withCharRange(' ', '~').ofMaxLength(20);
    return Combinators.combine(names, values, Arbitraries.of(true, false))
        .as(Entry::new)
        .list()
        .ofMaxSize(5)
        .map(HostileBytesTest::metadataOf);
  }

  private record Entry(String name, String value, boolean binary) {}

  private static Metadata metadataOf(List<Entry> entries) {
    Metadata metadata = new Metadata();
    for (Entry entry : entries) {
      if (entry.binary()) {
        metadata.put(
            Metadata.Key.of(entry.name() + "-bin", Metadata.BINARY_BYTE_MARSHALLER),
            entry.value().getBytes(US_ASCII));
      } else if (!entry.name().endsWith("-bin")) {
        metadata.put(
            Metadata.Key.of(entry.name(), Metadata.ASCII_STRING_MARSHALLER), entry.value());
      }
    }
    return metadata;
  }
}
