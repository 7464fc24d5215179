package io.github.grpconce.simulation;

import io.github.grpconce.ErrorReason;
import io.github.grpconce.Guard;
import io.github.grpconce.IdempotencyHeaders;
import io.github.grpconce.simulation.v1.Receipt;
import io.github.grpconce.simulation.v1.Transfer;
import io.grpc.Status;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What servers have answered, whether or not it arrived: by each of these answers somebody could
 * have been told.
 */
final class Testimony {

  private final Transcript transcript;
  private final Map<Case, Verdict> verdicts = new LinkedHashMap<>();
  private final Map<ErrorReason, Long> refusals = new EnumMap<>(ErrorReason.class);
  private final Set<String> contradictions = new LinkedHashSet<>();
  private long answers;
  private long replays;

  /** One logical operation: what was asked for, and under which request ID. */
  record Case(String method, String requestId, Transfer transfer) {
    @Override
    public String toString() {
      return method + " " + transfer.getReference() + " under " + requestId;
    }
  }

  /**
   * The one final answer to an operation.
   *
   * @param receipt null for a failure
   */
  record Verdict(Status.Code code, @Nullable String description, @Nullable Receipt receipt) {
    boolean isOk() {
      return code == Status.Code.OK;
    }

    @Override
    public String toString() {
      return receipt == null ? code + " (" + description + ")" : receipt.getNumber();
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
    transcript.note(server, asked + ": " + describe(answer, reason));
    if (replayed) {
      replays++;
    }
    if (reason.isPresent()) {
      refusals.merge(reason.get(), 1L, Long::sum);
    } else if (isFinal(answer.status())) {
      compare(asked, answer);
    } else if (replayed) {
      contradictions.add("a failure that isn't final was recorded: " + asked);
    }
  }

  private static boolean isReplayed(Answer<?> answer) {
    return answer.headers().containsKey(IdempotencyHeaders.REPLAYED)
        || answer.trailers().containsKey(IdempotencyHeaders.REPLAYED);
  }

  private static boolean isFinal(Status status) {
    return status.isOk() || Guard.DEFAULT_FINAL_FAILURES.contains(status.getCode());
  }

  private static String describe(Answer<?> answer, Optional<ErrorReason> reason) {
    return reason.map(ErrorReason::name).orElse(answer.status().getCode().name())
        + (answer.message() instanceof Receipt receipt ? " " + receipt.getNumber() : "")
        + (isReplayed(answer) ? " (replayed)" : "");
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
