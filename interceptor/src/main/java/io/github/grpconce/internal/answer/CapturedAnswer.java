package io.github.grpconce.internal.answer;

import com.google.protobuf.ByteString;
import io.github.grpconce.Guard;
import io.github.grpconce.GuardedExecution;
import io.github.grpconce.v1.Outcome;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.List;
import java.util.Optional;

/**
 * What one execution of a handler answered, before anybody has been told.
 *
 * @param byGuard whether it is the guard's own word, which is never recorded
 * @param status with its cause, if the handler failed
 * @param messages the responses, as a client will read them
 * @param serialised the same, as they are recorded
 */
public record CapturedAnswer<RespT>(
    boolean byGuard,
    Status status,
    Metadata headers,
    List<RespT> messages,
    List<ByteString> serialised,
    Metadata trailers) {

  /** Leaves out what is answered: it may be nobody's business who reads logs. */
  @Override
  public String toString() {
    return "CapturedAnswer[" + status.getCode() + "]";
  }

  /** What the handler itself has said. */
  public static <RespT> CapturedAnswer<RespT> byHandler(
      Status status,
      Metadata headers,
      List<RespT> messages,
      List<ByteString> serialised,
      Metadata trailers) {
    return new CapturedAnswer<>(false, status, headers, messages, serialised, trailers);
  }

  /** What the guard says in the handler's place, because the handler broke down or a limit. */
  public static <RespT> CapturedAnswer<RespT> byGuard(Answer<RespT> failure) {
    return new CapturedAnswer<>(
        true, failure.status(), new Metadata(), List.of(), List.of(), failure.trailers());
  }

  public static <RespT> CapturedAnswer<RespT> byGuard(Status failure) {
    return byGuard(Answer.failure(failure, new Metadata()));
  }

  /**
   * Returns this, unless the execution was broken, so that no answer of it may be anybody's, or it
   * passes on what another guard has said.
   */
  public CapturedAnswer<RespT> unlessRefused(GuardedExecution execution) {
    return execution
        .refusal()
        .map(Answer::<RespT>refusal)
        .or(() -> passedOn(execution))
        .map(CapturedAnswer::byGuard)
        .orElse(this);
  }

  private Optional<Answer<RespT>> passedOn(GuardedExecution execution) {
    return byGuard ? Optional.empty() : CalleeRefusal.passedOn(status, trailers, execution);
  }

  /** Whether it is the handler's own word, and one that all attempts are to get. */
  public boolean isFinal(Guard guard) {
    return !byGuard && guard.isFinal(status.getCode());
  }

  /** Returns what is recorded: all of a success, the status and trailers alone of a failure. */
  public Outcome outcome() {
    Outcome.Builder outcome =
        Outcome.newBuilder()
            .setCode(status.getCode().value())
            .addAllTrailers(StoredMetadata.of(trailers));
    String description = status.getDescription();
    if (description != null) {
      outcome.setMessage(description);
    }
    if (status.isOk()) {
      outcome.addAllHeaders(StoredMetadata.of(headers)).addAllResponses(serialised);
    }
    return outcome.build();
  }

  /** Returns the answer as the record will give it to later attempts too. */
  public Answer<RespT> recorded(Outcome outcome) {
    return Outcomes.answer(outcome, status.isOk() ? messages : List.of());
  }

  /** Returns the answer of a failure that is not recorded, with all that the handler said. */
  public Answer<RespT> unrecorded() {
    return Answer.failure(status, trailers);
  }
}
