package io.github.grpconce.demo.handler;

import com.google.protobuf.Any;
import com.google.rpc.BadRequest;
import com.google.rpc.BadRequest.FieldViolation;
import com.google.rpc.Code;
import com.google.rpc.Status;
import io.grpc.protobuf.StatusProto;
import java.util.stream.Collectors;

/**
 * Collects what is wrong with a request's fields, so that the caller learns of everything at once:
 * INVALID_ARGUMENT with a {@code google.rpc.BadRequest} in its details (AIP-193).
 *
 * <p>For one request; not thread-safe.
 */
public final class FieldChecks {

  private final BadRequest.Builder wrong = BadRequest.newBuilder();

  /**
   * Notes a violation unless the rule holds.
   *
   * @param field the field's name in the proto, such as {@code lines[3].quantity}
   * @param rule what the field must be; never holds the value
   */
  public FieldChecks require(boolean holds, String field, String rule) {
    if (!holds) {
      wrong.addFieldViolations(FieldViolation.newBuilder().setField(field).setDescription(rule));
    }
    return this;
  }

  /**
   * Refuses the request if a rule was violated.
   *
   * @throws io.grpc.StatusRuntimeException INVALID_ARGUMENT, which names the fields
   */
  public void done() {
    if (wrong.getFieldViolationsCount() == 0) {
      return;
    }
    String message =
        wrong.getFieldViolationsList().stream()
            .map(violation -> violation.getField() + " " + violation.getDescription())
            .collect(Collectors.joining("; "));
    throw StatusProto.toStatusRuntimeException(
        Status.newBuilder()
            .setCode(Code.INVALID_ARGUMENT_VALUE)
            .setMessage(message)
            .addDetails(Any.pack(wrong.build()))
            .build());
  }
}
