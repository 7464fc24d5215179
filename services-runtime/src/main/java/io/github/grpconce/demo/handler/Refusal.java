package io.github.grpconce.demo.handler;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
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

  /**
   * Returns what a service said about why it refused a call.
   *
   * @return all empty if it said nothing that can be read
   */
  public static ErrorInfo infoOf(StatusRuntimeException refusal) {
    Status status = StatusProto.fromThrowable(refusal);
    if (status == null) {
      return ErrorInfo.getDefaultInstance();
    }
    return status.getDetailsList().stream()
        .filter(detail -> detail.is(ErrorInfo.class))
        .map(Refusal::unpack)
        .findFirst()
        .orElse(ErrorInfo.getDefaultInstance());
  }

  /** A foreign service's malformed details are no failure here. */
  private static ErrorInfo unpack(Any detail) {
    try {
      return detail.unpack(ErrorInfo.class);
    } catch (InvalidProtocolBufferException e) {
      return ErrorInfo.getDefaultInstance();
    }
  }
}
