package io.github.grpconce.client;

import io.grpc.Status;
import java.util.Set;

/** How gRPC makes more than one attempt at a call: one after the other, or several at once. */
public sealed interface AttemptPolicy permits RetryPolicy, HedgingPolicy {

  /**
   * The codes with which a call ends when its answer was lost on the way, as a client on Netty sees
   * them.
   *
   * <ul>
   *   <li>{@code UNAVAILABLE}: the connection was refused, closed or reset, or the server is going
   *       away; a proxy answered 502, 503 or 504; our server wants another attempt.
   *   <li>{@code CANCELLED}: the stream was reset with CANCEL, as a server does to its calls when
   *       it is shut down at once. A call that its own client has cancelled is never attempted
   *       again.
   *   <li>{@code INTERNAL}: the stream was reset with another error, or ended within a message.
   *   <li>{@code UNKNOWN}: the stream ended without a status, a proxy answered with another HTTP
   *       error, or the handler threw an exception.
   * </ul>
   *
   * <p>All of them leave the outcome open. Elsewhere only the first is worth a retry, because the
   * others may come from a call that took effect; for a guarded or safe method a further attempt
   * does no harm, and a guarded server records none of them. The price is that a handler with a bug
   * runs as often as there are attempts: nobody can tell its {@code UNKNOWN} from an answer that
   * was lost, and a caller who isn't told the outcome is worse than a bug that shows five times.
   * Whoever decides otherwise leaves {@code INTERNAL} and {@code UNKNOWN} out of the policy's
   * codes. The rest is left out: {@code ABORTED} asks the caller to start again from a fresh read
   * (AIP-194), {@code RESOURCE_EXHAUSTED} says that more attempts are the last thing needed, {@code
   * DEADLINE_EXCEEDED} that there is no time for one, and all others are answers. A server that
   * wants another attempt all the same says so with a pushback, which gRPC heeds whatever the code.
   */
  Set<Status.Code> LOST_ANSWER =
      Set.of(
          Status.Code.UNAVAILABLE,
          Status.Code.CANCELLED,
          Status.Code.INTERNAL,
          Status.Code.UNKNOWN);

  /** Returns how many attempts are made at most, the first included. */
  int maxAttempts();
}
