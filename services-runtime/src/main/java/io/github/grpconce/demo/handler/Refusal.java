package io.github.grpconce.demo.handler;

import com.google.protobuf.Any;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.Map;

/**
 * Why a service refuses a call, with what a program can switch on (AIP-193).
 *
 * @param code the gRPC status
 * @param domain the service that refuses, such as {@code payment.demo}
 * @param reason in UPPER_SNAKE_CASE
 */
public record Refusal(Code code, String domain, String reason) {

  /**
   * Returns the exception that refuses the call.
   *
   * @param message for people
   * @param facts for programs: the {@code metadata} of the {@code google.rpc.ErrorInfo}
   */
  public StatusRuntimeException because(String message, Map<String, String> facts) {
    ErrorInfo info =
        ErrorInfo.newBuilder().setDomain(domain).setReason(reason).putAllMetadata(facts).build();
    return StatusProto.toStatusRuntimeException(
        Status.newBuilder()
            .setCode(code.value())
            .setMessage(message)
            .addDetails(Any.pack(info))
            .build());
  }
}
