package io.github.grpconce.internal.answer;

import io.github.grpconce.IdempotencyHeaders;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.List;

/**
 * What an attempt gets back: the same for all attempts that get it, but for the mark of a replay.
 *
 * <p>The metadata is never changed after it was put in here; whoever sends it takes a copy.
 *
 * @param headers only sent if the status is OK: an error is trailers alone, because response
 *     headers end a client's retries
 * @param messages none unless the status is OK
 */
public record Answer<RespT>(
    Status status, Metadata headers, List<RespT> messages, Metadata trailers) {

  /** Leaves out what is answered: it may be nobody's business who reads logs. */
  @Override
  public String toString() {
    return "Answer[" + status.getCode() + "]";
  }

  public static <RespT> Answer<RespT> failure(Status status, Metadata trailers) {
    return new Answer<>(status, new Metadata(), List.of(), trailers);
  }

  public static <RespT> Answer<RespT> refusal(StatusRuntimeException refusal) {
    Metadata trailers = refusal.getTrailers();
    return failure(refusal.getStatus(), trailers == null ? new Metadata() : trailers);
  }

  /** Returns the answer with the mark that it comes from the record. */
  public Answer<RespT> replayed() {
    return status.isOk()
        ? new Answer<>(status, marked(headers), messages, trailers)
        : new Answer<>(status, headers, messages, marked(trailers));
  }

  private static Metadata marked(Metadata metadata) {
    Metadata marked = copy(metadata);
    marked.put(IdempotencyHeaders.REPLAYED, "true");
    return marked;
  }

  public static Metadata copy(Metadata metadata) {
    Metadata copy = new Metadata();
    copy.merge(metadata);
    return copy;
  }
}
