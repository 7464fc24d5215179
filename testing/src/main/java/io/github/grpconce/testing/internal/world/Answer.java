package io.github.grpconce.testing.internal.world;

import static java.util.stream.Collectors.joining;

import io.github.grpconce.ErrorReason;
import io.github.grpconce.Guard;
import io.github.grpconce.IdempotencyHeaders;
import io.github.grpconce.testing.internal.link.Response;
import io.github.grpconce.testing.internal.process.Printed;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an attempt was answered.
 *
 * @param refusal why the guard itself refused the attempt, if it did
 * @param replayed whether it is marked as an earlier attempt's
 */
public record Answer(
    Status.Code code,
    @Nullable String description,
    List<Object> messages,
    Optional<ErrorReason> refusal,
    boolean replayed) {

  static Answer of(Response<?> response) {
    Status status = response.status();
    Metadata trailers = response.trailers();
    return new Answer(
        status.getCode(),
        status.getDescription(),
        List.copyOf(response.messages()),
        ErrorReason.of(status.asRuntimeException(trailers)),
        response.headers().containsKey(IdempotencyHeaders.REPLAYED)
            || trailers.containsKey(IdempotencyHeaders.REPLAYED));
  }

  /** Whether no other attempt may be answered anything else. */
  public boolean isFinal() {
    return code == Status.Code.OK
        || replayed
        || (refusal.isEmpty() && Guard.DEFAULT_FINAL_FAILURES.contains(code));
  }

  /** Whether a caller can't tell them apart, but by when they came. */
  public boolean isSameAs(Answer other) {
    return code == other.code
        && Objects.equals(description, other.description)
        && messages.equals(other.messages);
  }

  @Override
  public String toString() {
    String content = messages.stream().map(Printed::value).collect(joining(" "));
    return code
        + (description == null ? "" : " (" + description + ")")
        + (content.isEmpty() ? "" : " " + content)
        + (replayed ? ", replayed" : "");
  }
}
