package io.github.grpconce.demo.handler;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import com.google.rpc.BadRequest.FieldViolation;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import org.junit.jupiter.api.Test;

class FieldChecksTest {

  @Test
  void noViolation_letsTheRequestPass() {
    FieldChecks checks = new FieldChecks().require(true, "amount_cents", "must be above 0");

    assertDoesNotThrow(checks::done);
  }

  @Test
  void violations_areAllNamedInOneRefusal() throws InvalidProtocolBufferException {
    FieldChecks checks =
        new FieldChecks()
            .require(false, "amount_cents", "must be above 0")
            .require(true, "reference", "must be short")
            .require(false, "lines[3].quantity", "must be 1 to 1000");

    StatusRuntimeException refusal = assertThrows(StatusRuntimeException.class, checks::done);

    assertEquals(Code.INVALID_ARGUMENT, refusal.getStatus().getCode());
    assertEquals(
        "amount_cents must be above 0; lines[3].quantity must be 1 to 1000",
        refusal.getStatus().getDescription());
    BadRequest details = StatusProto.fromThrowable(refusal).getDetails(0).unpack(BadRequest.class);
    assertEquals(
        BadRequest.newBuilder()
            .addFieldViolations(violation("amount_cents", "must be above 0"))
            .addFieldViolations(violation("lines[3].quantity", "must be 1 to 1000"))
            .build(),
        details);
  }

  private static FieldViolation violation(String field, String rule) {
    return FieldViolation.newBuilder().setField(field).setDescription(rule).build();
  }
}
