package io.github.grpconce.internal.answer;

import io.github.grpconce.v1.Outcome;
import io.grpc.Status;
import java.util.List;

/** Turns recorded outcomes into answers. */
public final class Outcomes {

  private Outcomes() {}

  public static <RespT> Answer<RespT> answer(Outcome outcome, List<RespT> messages) {
    Status status = Status.fromCodeValue(outcome.getCode());
    return new Answer<>(
        outcome.getMessage().isEmpty() ? status : status.withDescription(outcome.getMessage()),
        StoredMetadata.toMetadata(outcome.getHeadersList()),
        messages,
        StoredMetadata.toMetadata(outcome.getTrailersList()));
  }
}
