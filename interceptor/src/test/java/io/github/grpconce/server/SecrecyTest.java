package io.github.grpconce.server;

import static io.github.grpconce.server.LedgerServer.RECORDS;
import static io.github.grpconce.server.LedgerServer.add;
import static io.github.grpconce.server.LedgerServer.stub;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.apple.foundationdb.KeyValue;
import com.apple.foundationdb.Range;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.github.grpconce.LogCapture;
import io.github.grpconce.RequestId;
import io.github.grpconce.Wait;
import io.github.grpconce.internal.answer.Answer;
import io.github.grpconce.internal.answer.CapturedAnswer;
import io.github.grpconce.internal.arrival.Admission;
import io.github.grpconce.internal.attempt.OperationKey;
import io.github.grpconce.internal.fingerprint.PresentedRequest;
import io.github.grpconce.internal.record.Executions;
import io.github.grpconce.internal.record.Lookup;
import io.github.grpconce.internal.record.RecordIdentity;
import io.github.grpconce.internal.record.Records;
import io.github.grpconce.internal.steps.StepsLookup;
import io.github.grpconce.internal.store.StoreLoop;
import io.github.grpconce.test.v1.AddRequest;
import io.github.grpconce.test.v1.Balance;
import io.github.grpconce.test.v1.StepsServiceGrpc;
import io.github.grpconce.teststore.StoreTest;
import io.github.grpconce.v1.Execution;
import io.github.grpconce.v1.Fingerprint;
import io.github.grpconce.v1.Lease;
import io.github.grpconce.v1.Metadatum;
import io.github.grpconce.v1.Outcome;
import io.github.grpconce.v1.Record;
import io.github.grpconce.v1.StoredRequest;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What callers and handlers say stays between them: neither a refusal nor a log at INFO or above
 * repeats a request ID, a scope, a request, a response or metadata.
 */
@StoreTest
class SecrecyTest {

  private static final String SECRET = "s3cr3t";

  /** What the tests' broken marshallers and stores complain with. */
  private static final List<String> SECRETS = List.of(SECRET, "secret", "S3CR3T");

  private static final String ID = SECRET + "-id";
  private static final AddRequest REQUEST = add(SECRET + "-account", 5);
  private static final Metadata.Key<String> SCOPE =
      Metadata.Key.of("scope", Metadata.ASCII_STRING_MARSHALLER);

  private final LedgerServer server = new LedgerServer();
  private final LogCapture log = LogCapture.start();

  @AfterEach
  void close() {
    server.close();
    log.close();
  }

  private static Metadata headers(String... requestIds) {
    Metadata headers = LedgerServer.headers(requestIds);
    headers.put(SCOPE, SECRET + "-scope");
    headers.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), SECRET + "-token");
    return headers;
  }

  private Channel start(UnaryOperator<ServerInterceptorBuilder> options) {
    return server.start(builder -> options.apply(builder.scope(CallerScope.header(SCOPE))));
  }

  private Channel start() {
    return start(options -> options);
  }

  /** Executes the call, whose ID is then known. */
  private void execute(Channel channel) {
    stub(channel, headers(ID)).add(REQUEST);
  }

  private void assertRefusedDiscreetly(Channel channel, Metadata headers, AddRequest request) {
    StatusRuntimeException refusal =
        assertThrows(StatusRuntimeException.class, () -> stub(channel, headers).add(request));
    assertDiscreet(String.valueOf(refusal.getStatus().getDescription()));
    Metadata trailers = refusal.getTrailers();
    for (String name : trailers.keys()) {
      assertDiscreet(name + "=" + textOf(trailers, name));
    }
    assertLogDiscreet();
  }

  private void assertRefusedDiscreetly(Channel channel) {
    assertRefusedDiscreetly(channel, headers(ID), REQUEST);
  }

  private static String textOf(Metadata metadata, String name) {
    return name.endsWith(Metadata.BINARY_HEADER_SUFFIX)
        ? new String(
            metadata.get(Metadata.Key.of(name, Metadata.BINARY_BYTE_MARSHALLER)), ISO_8859_1)
        : metadata.get(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER));
  }

  private void assertLogDiscreet() {
    log.seen().forEach(SecrecyTest::assertDiscreet);
  }

  private static void assertDiscreet(String text) {
    SECRETS.forEach(secret -> assertFalse(text.contains(secret), text));
  }

  @ParameterizedTest
  @ValueSource(strings = {" s3cr3t", "s3cr3t\u0001", "\"s3cr3t", "\"s3cr3t\\x\"", "s3cr3tgrün"})
  void invalidRequestId(String id) {
    assertRefusedDiscreetly(start(), headers(), REQUEST.toBuilder().setRequestId(id).build());
  }

  @Test
  void overlongOrSeveralOrDifferentRequestIds() {
    Channel channel = start();

    assertRefusedDiscreetly(channel, headers(SECRET.repeat(50)), REQUEST);
    assertRefusedDiscreetly(channel, headers(ID, ID + "2"), REQUEST);
    assertRefusedDiscreetly(
        channel, headers(ID), REQUEST.toBuilder().setRequestId(ID + "2").build());
  }

  @Test
  void scopeThatNobodyKnows() {
    assertRefusedDiscreetly(start(), LedgerServer.headers(ID), REQUEST);
  }

  @Test
  void requestIdReused_namesTheField_andNeitherValue() {
    Channel channel = start();
    execute(channel);

    assertRefusedDiscreetly(channel, headers(ID), add(SECRET + "-other", 5));
    assertRefusedDiscreetly(channel, headers(ID), add(SECRET + "-account", 777_777));
  }

  @Test
  void callOfAnotherScope_isToldNothingOfTheFirst() {
    Channel channel = start();
    execute(channel);
    Metadata others = LedgerServer.headers(ID);
    others.put(SCOPE, "other");

    Balance answer = stub(channel, others).add(add("bob", 1));

    assertEquals(1, answer.getAmount());
    assertLogDiscreet();
  }

  @Test
  void tooLargeRequestsAndResponsesAndTrailers() {
    assertRefusedDiscreetly(start(options -> options.maxRequestBytes(5)));
    assertRefusedDiscreetly(start(options -> options.maxBufferedBytes(1)));
    assertRefusedDiscreetly(start(options -> options.maxResponseBytes(5)));
    server.ledger.next(
        (request, observer) ->
            observer.onError(
                Status.NOT_FOUND.withDescription(SECRET.repeat(100)).asRuntimeException()));
    assertRefusedDiscreetly(start(options -> options.maxResponseBytes(50)));
  }

  @ParameterizedTest
  @ValueSource(ints = {1510, 2101})
  void storeThatRefusesTheCommit(int code) {
    server.faults.dropNextCommit(code);

    assertRefusedDiscreetly(start());
  }

  @Test
  void storeThatIsTooSlow_orUnreachable_orClosed() {
    server.faults.dropNextCommit(1007).dropNextCommit(1007).dropNextCommit(1007);
    assertRefusedDiscreetly(start());
    server.faults.becomeUnreachable();
    assertRefusedDiscreetly(start());
  }

  @Test
  void executorThatTakesNoMore() {
    ExecutorService executor = Executors.newCachedThreadPool();
    executor.shutdown();

    assertRefusedDiscreetly(start(options -> options.executor(executor)));
  }

  /** Damage of each kind, with a secret in it. */
  private enum Damage {
    NO_RECORD {
      @Override
      byte[] of(Record record) {
        return SECRET.getBytes(ISO_8859_1);
      }
    },
    NEWER_FORMAT {
      @Override
      byte[] of(Record record) {
        return record.toBuilder().setFormat(2).build().toByteArray();
      }
    },
    RESPONSE_OF_ANOTHER_TYPE {
      @Override
      byte[] of(Record record) {
        return with(record, Outcome.newBuilder().addResponses(ByteString.copyFromUtf8(SECRET)));
      }
    },
    NAME_OF_METADATA {
      @Override
      byte[] of(Record record) {
        Metadatum damaged = Metadatum.newBuilder().setKey("s3cr3t \u0001").build();
        return with(record, record.getOutcome().toBuilder().addHeaders(damaged));
      }
    };

    abstract byte[] of(Record record);

    private static byte[] with(Record record, Outcome.Builder outcome) {
      return record.toBuilder().setOutcome(outcome).build().toByteArray();
    }
  }

  @ParameterizedTest
  @EnumSource(Damage.class)
  void damagedRecord(Damage damage) {
    Channel channel = start();
    execute(channel);
    change('o', damage);

    assertRefusedDiscreetly(channel);
    assertEquals(1, server.ledger.executions());
  }

  private void change(char kind, Damage damage) {
    byte[] prefix = RECORDS.getKey();
    byte[] begin = Arrays.copyOf(prefix, prefix.length + 1);
    begin[prefix.length] = (byte) kind;
    server.store.run(
        tr -> {
          for (KeyValue entry : tr.getRange(Range.startsWith(begin)).asList().join()) {
            tr.set(entry.getKey(), damage.of(parsed(entry.getValue())));
          }
          return null;
        });
  }

  private static Record parsed(byte[] value) {
    try {
      return Record.parseFrom(value);
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void responseThatCannotBeSerialised() {
    Channel channel =
        server.startBelow(service -> BrokenMarshaller.in(service, SECRET + "-account"));

    assertRefusedDiscreetly(channel);
  }

  @Test
  void handlerThatBreaksTheRules() {
    server.ledger.next((request, observer) -> observer.onCompleted());
    assertRefusedDiscreetly(start());
    server.ledger.next(
        (request, observer) -> {
          observer.onNext(Balance.newBuilder().setAccount(SECRET).build());
          observer.onNext(Balance.newBuilder().setAccount(SECRET).build());
        });
    assertRefusedDiscreetly(start());
  }

  /** The refusal repeats nothing of it; the log has the handler's own exception, as it is. */
  @Test
  void handlerThatThrows_isNotQuotedToTheClient() {
    server.ledger.next(
        (request, observer) -> {
          throw new IllegalStateException("the handler's own words");
        });
    Channel channel = start();

    assertRefusedDiscreetly(channel);
    assertTrue(log.seen().stream().anyMatch(text -> text.contains("the handler's own words")));
  }

  /** One whose stored request is not of the method, and one whose ID is another's. */
  @Test
  void executionThatCannotBeResumed_isLoggedWithoutWhatIsStored() {
    try (StepsServers servers = new StepsServers()) {
      StepsServers.Node node = servers.start();
      Execution.Builder stored =
          Execution.newBuilder()
              .setToken(1)
              .setOwner("died")
              .setScope(SECRET + "-scope")
              .setMethod(StepsServiceGrpc.getTransferMethod().getFullMethodName());
      Metadatum header = Metadatum.newBuilder().setKey("s3cr3t \u0001").build();
      StoredRequest badHeader = StoredRequest.newBuilder().addHeaders(header).build();
      StoredRequest badRequest =
          StoredRequest.newBuilder().addMessages(ByteString.copyFromUtf8(SECRET)).build();
      inProgress(servers, ID, stored.setRequestId(ID).build(), badHeader);
      inProgress(servers, ID + "2", stored.setRequestId(ID + "2").build(), badRequest);
      inProgress(servers, ID + "3", stored.setRequestId(ID + "4").build(), badRequest);

      node.scheduler().advance(StepsServers.LEASE);

      Wait.until(() -> node.scheduler().waiting() == 1);
      // Two of them for the same reason, which is told once.
      assertEquals(
          2, log.seen().stream().filter(text -> text.contains("can't be resumed")).count());
      assertLogDiscreet();
      assertEquals(0, servers.transfers.executions());
    }
  }

  private static void inProgress(
      StepsServers servers, String id, Execution execution, StoredRequest request) {
    servers.store.run(
        tr -> {
          Records.in(RECORDS)
              .executions()
              .begin(
                  tr,
                  RecordIdentity.of(execution.getScope(), execution.getMethod(), RequestId.of(id)),
                  new Lookup.Absent(0, false, false),
                  Fingerprint.getDefaultInstance(),
                  execution,
                  request,
                  Lease.newBuilder().setReleased(true).build());
          return null;
        });
  }

  @Test
  void message_thatIsRefused() {
    IdempotentConsumer consumer = IdempotentConsumer.named("c", server.store, RECORDS);
    RequestId id = RequestId.of(ID);
    ByteString result = ByteString.copyFromUtf8(SECRET);
    var processed = consumer.process(id, ByteString.copyFromUtf8(SECRET + 1), tr -> result);

    MessageRefusedException refusal =
        assertThrows(
            MessageRefusedException.class,
            () -> consumer.process(id, ByteString.copyFromUtf8(SECRET + 2), tr -> result));

    assertDiscreet(refusal.getMessage());
    assertDiscreet(processed.toString());
    assertLogDiscreet();
  }

  @Test
  void whatHoldsSecrets_doesNotShowThemInItsText() {
    Metadata metadata = headers(ID);
    Balance message = Balance.newBuilder().setAccount(SECRET).build();
    Status status = Status.NOT_FOUND.withDescription(SECRET);
    ByteString bytes = message.toByteString();
    RequestId id = RequestId.of(ID);
    var answer = new Answer<>(status, metadata, List.of(message), metadata);
    var operation =
        new OperationKey(
            RecordIdentity.of(SECRET, SECRET, id),
            PresentedRequest.recorded(Fingerprint.newBuilder().setDigest(bytes).build()));
    Execution execution = Execution.newBuilder().setRequestId(ID).build();
    Record record = Record.newBuilder().setExecution(execution).build();
    for (Object holder :
        List.of(
            answer,
            new CapturedAnswer<>(
                false, status, metadata, List.of(message), List.of(bytes), metadata),
            new Admission.Admitted(SECRET, Optional.of(id)),
            operation,
            StoreLoop.Decided.writing(SECRET),
            new StepsLookup.Answered<>(answer),
            new Lookup.Found(record),
            new Executions.Listed(operation.identity().hash(), bytes, record))) {
      assertDiscreet(holder.toString());
    }
  }
}
