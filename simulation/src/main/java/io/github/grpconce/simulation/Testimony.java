package io.github.grpconce.simulation;

import io.github.grpconce.ErrorReason;
import io.github.grpconce.Guard;
import io.github.grpconce.IdempotencyHeaders;
import io.github.grpconce.simulation.v1.Receipt;
import io.github.grpconce.simulation.v1.Transfer;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What servers have answered, whether or not it arrived: by each of these answers somebody could
 * have been told.
 */
final class Testimony {

  private final Transcript transcript;
  private final Map<Case, Verdict> verdicts = new LinkedHashMap<>();
  private final Map<ErrorReason, Long> refusals = new EnumMap<>(ErrorReason.class);
  private final List<String> contradictions = new ArrayList<>();
  private long answers;
  private long replays;

  /** One logical operation: what was asked for, and under which request ID. */
  record Case(String method, String requestId, Transfer transfer) {}

  /**
   * The one final answer to an operation.
   *
   * @param receipt null for a failure
   */
  record Verdict(Status.Code code, @Nullable String description, @Nullable Receipt receipt) {
    boolean isOk() {
      return code == Status.Code.OK;
    }
  }

  Testimony(Transcript transcript) {
    this.transcript = transcript;
  }

  /** Notes what a server has answered. */
  void hear(String server, NetworkCall<?, ?> call, Answer<?> answer) {
    answers++;
    String method = call.method().getBareMethodName();
    String requestId = call.headers().get(IdempotencyHeaders.REQUEST_ID);
    Case asked = new Case(method, String.valueOf(requestId), (Transfer) call.message());
    Optional<ErrorReason> reason =
        ErrorReason.of(answer.status().asRuntimeException(answer.trailers()));
    boolean replayed = isReplayed(answer);
    transcript.note(server, describe(asked, answer, reason) + (replayed ? " (replayed)" : ""));
    if (replayed) {
      replays++;
    }
    if (reason.isPresent()) {
      refusals.merge(reason.get(), 1L, Long::sum);
    } else if (isFinal(answer.status())) {
      compare(asked, answer);
    } else if (replayed) {
      contradictions.add("a failure that isn't final was recorded: " + asked + ", " + answer);
    }
  }

  private static boolean isReplayed(Answer<?> answer) {
    return answer.headers().containsKey(IdempotencyHeaders.REPLAYED)
        || answer.trailers().containsKey(IdempotencyHeaders.REPLAYED);
  }

  private static boolean isFinal(Status status) {
    return status.isOk() || Guard.DEFAULT_FINAL_FAILURES.contains(status.getCode());
  }

  private static String describe(Case asked, Answer<?> answer, Optional<ErrorReason> reason) {
    return asked.method()
        + " "
        + asked.transfer().getReference()
        + " under "
        + asked.requestId()
        + ": "
        + reason.map(ErrorReason::name).orElse(answer.status().getCode().name())
        + (answer.message() instanceof Receipt receipt ? " " + receipt.getNumber() : "");
  }

  private void compare(Case asked, Answer<?> answer) {
    Verdict verdict =
        new Verdict(
            answer.status().getCode(),
            answer.status().getDescription(),
            (Receipt) answer.message());
    Verdict first = verdicts.putIfAbsent(asked, verdict);
    if (first != null && !first.equals(verdict)) {
      contradictions.add("two answers to " + asked + ": " + first + ", " + verdict);
    }
  }

  Map<Case, Verdict> verdicts() {
    return verdicts;
  }

  /** Returns what can't be true together. */
  Collection<String> contradictions() {
    return contradictions;
  }

  Map<ErrorReason, Long> refusals() {
    return refusals;
  }

  long answers() {
    return answers;
  }

  long replays() {
    return replays;
  }
}
