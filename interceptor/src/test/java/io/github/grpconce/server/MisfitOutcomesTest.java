package io.github.grpconce.server;

import static io.github.grpconce.server.LedgerServer.add;
import static io.github.grpconce.server.LedgerServer.stub;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.ByteString;
import io.github.grpconce.ErrorReason;
import io.github.grpconce.RequestId;
import io.github.grpconce.internal.fingerprint.RequestFingerprints;
import io.github.grpconce.internal.record.Lookup;
import io.github.grpconce.internal.record.RecordIdentity;
import io.github.grpconce.internal.record.Records;
import io.github.grpconce.test.v1.AddRequest;
import io.github.grpconce.test.v1.Balance;
import io.github.grpconce.test.v1.LedgerServiceGrpc;
import io.github.grpconce.teststore.StoreTest;
import io.github.grpconce.v1.Outcome;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Recorded outcomes that a method with one response can't have: nobody is told that they are. */
@StoreTest
class MisfitOutcomesTest {

  private static final RequestId ID = RequestId.random();
  private static final AddRequest REQUEST = add("alice", 5);
  private static final String METHOD = LedgerServiceGrpc.getAddMethod().getFullMethodName();

  @AutoClose private final LedgerServer server = new LedgerServer();

  @ParameterizedTest(name = "code {0}, {1} responses")
  @CsvSource({"0,0", "0,2", "5,1", "99,0"})
  void misfit_isNeitherReplayedNorExecutedOver(int code, int responses) {
    record(code, responses);
    Channel channel = server.start();

    StatusRuntimeException refusal =
        assertThrows(StatusRuntimeException.class, () -> stub(channel, ID.value()).add(REQUEST));

    assertEquals(Optional.of(ErrorReason.RECORD_UNREADABLE), ErrorReason.of(refusal));
    assertEquals(0, server.ledger.executions());
  }

  @ParameterizedTest(name = "code {0}, {1} responses")
  @CsvSource({"0,1", "5,0"})
  void otherOutcome_isReplayed(int code, int responses) {
    record(code, responses);
    Channel channel = server.start();

    Status.Code replayed = Status.Code.OK;
    try {
      stub(channel, ID.value()).add(REQUEST);
    } catch (StatusRuntimeException failure) {
      replayed = failure.getStatus().getCode();
    }

    assertEquals(code, replayed.value());
    assertEquals(0, server.ledger.executions());
  }

  private void record(int code, int responses) {
    ByteString response = Balance.newBuilder().setAmount(5).build().toByteString();
    Outcome outcome =
        Outcome.newBuilder()
            .setCode(code)
            .addAllResponses(Collections.nCopies(responses, response))
            .build();
    Records records = Records.in(LedgerServer.RECORDS);
    RecordIdentity identity = RecordIdentity.of("", METHOD, ID);
    var fingerprint =
        RequestFingerprints.of(METHOD, AddRequest.getDescriptor()).of(List.of(REQUEST));
    server.store.run(
        transaction -> {
          Lookup.Absent absent = (Lookup.Absent) records.find(transaction, identity).join();
          records.complete(transaction, identity, absent, fingerprint, outcome);
          return null;
        });
  }
}
