package io.github.grpconce.simulation.audit;

import static java.util.stream.Collectors.joining;

import io.github.grpconce.ErrorReason;
import io.github.grpconce.Guard;
import io.github.grpconce.IdempotencyHeaders;
import io.github.grpconce.simulation.network.Network;
import io.github.grpconce.simulation.network.NetworkCall;
import io.github.grpconce.simulation.network.Witness;
import io.github.grpconce.simulation.shop.Books;
import io.github.grpconce.simulation.v1.Receipt;
import io.github.grpconce.simulation.v1.Transfer;
import io.github.grpconce.simulation.world.Transcript;
import io.github.grpconce.testing.internal.link.Response;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What servers have answered, whether or not it arrived: by each of these answers somebody could
 * have been told.
 */
public final class Testimony implements Witness {

  private final Transcript transcript;
  private final Map<Case, Set<Verdict>> verdicts = new LinkedHashMap<>();
  private final Map<Case, Set<ErrorReason>> refusals = new LinkedHashMap<>();
  private final Map<ErrorReason, Long> refusalCounts = new EnumMap<>(ErrorReason.class);
  private final Set<Case> wronglyRecorded = new LinkedHashSet<>();
  private final Set<Case> leftWaiting = new LinkedHashSet<>();
  private long answers;
  private long replays;

  /**
   * Who asked for what, and how.
   *
   * @param requestId "null" if there was none
   */
  record Case(String caller, String method, String requestId, List<?> requests) {

    /** Under what it is to be recorded: equal ones must have equal contents. */
    String operation() {
      return method + " of " + caller + " under " + requestId;
    }

    Books.Entry entry() {
      return new Books.Entry(method, reference());
    }

    String reference() {
      return ((Transfer) requests.get(0)).getReference();
    }

    @Override
    public String toString() {
      return reference() + ", " + operation();
    }
  }

  /**
   * A final answer to an operation.
   *
   * @param receipts the numbers; none for a failure
   * @param prints a hash of what else is on the receipts
   */
  record Verdict(
      Status.Code code, @Nullable String description, List<String> receipts, int prints) {
    boolean isOk() {
      return code == Status.Code.OK;
    }

    @Override
    public String toString() {
      return isOk() ? receipts.toString() : code + " (" + description + ")";
    }
  }

  public Testimony(Transcript transcript) {
    this.transcript = transcript;
  }

  @Override
  public void hear(String server, NetworkCall<?, ?> call, Response<?> answer) {
    answers++;
    Case asked = caseOf(call);
    Optional<ErrorReason> reason =
        ErrorReason.of(answer.status().asRuntimeException(answer.trailers()));
    boolean replayed = isReplayed(answer);
    transcript.note(server, asked + ": " + describe(answer, reason));
    if (replayed) {
      replays++;
    }
    if (reason.isPresent()) {
      refusalCounts.merge(reason.get(), 1L, Long::sum);
      refusals.computeIfAbsent(asked, one -> new LinkedHashSet<>()).add(reason.get());
    } else if (isFinal(answer.status())) {
      verdicts.computeIfAbsent(asked, one -> new LinkedHashSet<>()).add(verdict(answer));
    } else if (replayed) {
      wronglyRecorded.add(asked);
    }
  }

  private static Case caseOf(NetworkCall<?, ?> call) {
    Metadata headers = call.headers();
    return new Case(
        String.valueOf(headers.get(Network.CALLER)),
        call.method().getBareMethodName(),
        String.valueOf(headers.get(IdempotencyHeaders.REQUEST_ID)),
        List.copyOf(call.messages()));
  }

  @Override
  public void leftWaiting(NetworkCall<?, ?> call) {
    leftWaiting.add(caseOf(call));
  }

  private static boolean isReplayed(Response<?> answer) {
    return answer.headers().containsKey(IdempotencyHeaders.REPLAYED)
        || answer.trailers().containsKey(IdempotencyHeaders.REPLAYED);
  }

  private static boolean isFinal(Status status) {
    return status.isOk() || Guard.DEFAULT_FINAL_FAILURES.contains(status.getCode());
  }

  private static Verdict verdict(Response<?> answer) {
    return new Verdict(
        answer.status().getCode(),
        answer.status().getDescription(),
        numbers(answer),
        answer.messages().hashCode());
  }

  private static List<String> numbers(Response<?> answer) {
    return answer.messages().stream().map(message -> ((Receipt) message).getNumber()).toList();
  }

  private static String describe(Response<?> answer, Optional<ErrorReason> reason) {
    return reason.map(ErrorReason::name).orElse(answer.status().getCode().name())
        + numbers(answer).stream().collect(joining(", ", " ", ""))
        + (isReplayed(answer) ? " (replayed)" : "");
  }

  /** Returns the final answers to each operation; there should be one. */
  Map<Case, Set<Verdict>> verdicts() {
    return verdicts;
  }

  Map<Case, Set<ErrorReason>> refusals() {
    return refusals;
  }

  /** Returns those to whom a failure was replayed that wasn't final. */
  Set<Case> wronglyRecorded() {
    return wronglyRecorded;
  }

  Set<Case> leftWaiting() {
    return leftWaiting;
  }

  public Map<ErrorReason, Long> refusalCounts() {
    return refusalCounts;
  }

  public long answers() {
    return answers;
  }

  public long replays() {
    return replays;
  }
}
