package io.github.grpconce.testing.internal.scenario;

import io.github.grpconce.testing.internal.scenario.Step.Kind;
import org.jspecify.annotations.Nullable;

/**
 * What can go wrong at a step; what is easily understood comes first, and is tried first.
 *
 * <p>Its description ends a sentence that begins with the step.
 */
public enum Mishap {
  COMMIT_CONFLICTS("it conflicts (1020)", Kind.COMMIT),
  COMMIT_UNKNOWN_LANDED("it takes effect, with an unknown result (1021)", Kind.COMMIT),
  COMMIT_UNKNOWN_DROPPED("it takes no effect, with an unknown result (1021)", Kind.COMMIT),
  READ_FAILS("the store is behind (1037)", Kind.READ),
  READ_TOO_LATE("the transaction is too old (1007)", Kind.READ),
  CALL_ANSWER_LOST("the answer gets lost", Kind.CALL),
  CALL_ARRIVES_TWICE("the call arrives twice", Kind.CALL),

  SERVER_DIES("the server dies before that"),
  COMMIT_LANDS_SERVER_DIES("it takes effect, and the server dies", Kind.COMMIT),
  CALL_ANSWERED_SERVER_DIES("it is answered, and the server dies", Kind.CALL),
  SERVER_DIES_FORGOTTEN("the server dies before that, and the client is gone for long"),
  SERVER_STANDS_STILL("the server stands still, until another has answered a hedge"),

  CLIENT_LEAVES("the client gives up meanwhile, and asks again"),
  DUPLICATED("the same request reaches the server again meanwhile"),
  HEDGED("a hedge reaches another server meanwhile"),

  COMMIT_LANDS_LATE("it fails (1039), and takes effect later", Kind.COMMIT),
  COMMIT_LANDS_LATE_SERVER_DIES("the server dies, and it takes effect later", Kind.COMMIT);

  private final String description;
  private final @Nullable Kind only;

  Mishap(String description) {
    this(description, null);
  }

  Mishap(String description, @Nullable Kind only) {
    this.description = description;
    this.only = only;
  }

  String description() {
    return description;
  }

  public boolean befalls(Kind kind) {
    return only == null || only == kind;
  }

  /** Whether something takes effect only so many steps later. */
  boolean isLate() {
    return this == COMMIT_LANDS_LATE || this == COMMIT_LANDS_LATE_SERVER_DIES;
  }
}
