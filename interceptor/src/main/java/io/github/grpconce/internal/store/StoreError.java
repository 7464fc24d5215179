package io.github.grpconce.internal.store;

import com.apple.foundationdb.FDBException;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an error of FoundationDB means, by its number.
 *
 * <pre>
 *                                retryable   maybe committed   ends the transaction   too late
 * conflict, throttled, …             x
 * transaction_too_old                x                                                   x
 * commit_unknown_result              x              x
 * transaction_timed_out              x              x                    x               x
 * cluster_version_changed            x              x                    x
 * used_during_commit                                x
 * other misuse (2000 to 2999, …)
 * closed
 * </pre>
 *
 * <p>What has neither {@link #isMaybeCommitted} nor {@link #isNotCommitted} is an error that this
 * code doesn't know: nothing follows from it.
 *
 * <p>The numbers are FoundationDB's own (its documentation's page "Error Codes"). The predicates of
 * {@link FDBException} are not asked: they need the native library.
 */
public final class StoreError {

  /** transaction_too_old: five seconds are over. */
  public static final int TOO_OLD = 1007;

  /** commit_unknown_result: the transaction is over, and has taken effect or not. */
  public static final int COMMIT_UNKNOWN_RESULT = 1021;

  /** transaction_timed_out: a commit in flight may still take effect later. */
  public static final int TIMED_OUT = 1031;

  /** cluster_version_changed: a commit in flight may still take effect later. */
  public static final int CLUSTER_VERSION_CHANGED = 1039;

  /**
   * used_during_commit: somebody read or wrote while the commit was under way. The client library
   * then ends the transaction, but can't call back a commit that it has sent. FoundationDB's Java
   * API has told it not to; other implementations of the API may not have.
   */
  public static final int USED_DURING_COMMIT = 2017;

  /**
   * shutdown_in_progress: what the library itself says of a database that is closed. What was begun
   * before that may go on, and even be committed.
   */
  public static final int CLOSED = 1043;

  /** The store refused what it was asked for; asking again won't help. */
  private static final int FIRST_MISUSE = 2000;

  private static final int LAST_MISUSE = 2999;

  /** As well: watches without reads of own writes, and reads of what only the commit makes. */
  private static final Set<Integer> OTHER_MISUSE = Set.of(1034, 1036);

  /** Nothing was committed, and trying again can help. The last two are of client library 7.4. */
  private static final Set<Integer> RETRYABLE_NOT_COMMITTED =
      Set.of(TOO_OLD, 1009, 1020, 1037, 1038, 1042, 1051, 1078, 1213, 1223, 1235, 1242);

  private static final Set<Integer> RETRYABLE_MAYBE_COMMITTED =
      Set.of(COMMIT_UNKNOWN_RESULT, TIMED_OUT, CLUSTER_VERSION_CHANGED);

  private final FDBException error;

  private StoreError(FDBException error) {
    this.error = error;
  }

  /** Returns the error of the store that caused a failure, if any. */
  public static Optional<StoreError> causing(@Nullable Throwable failure) {
    return Causes.of(failure)
        .filter(FDBException.class::isInstance)
        .map(error -> new StoreError((FDBException) error))
        .findFirst();
  }

  /** Returns the error itself, as {@code Transaction.onError} wants it. */
  public FDBException exception() {
    return error;
  }

  /** Returns FoundationDB's number of the error. */
  public int code() {
    return error.getCode();
  }

  /** Returns whether looking at the store again, and trying again, can help. */
  public boolean isRetryable() {
    return RETRYABLE_NOT_COMMITTED.contains(code()) || RETRYABLE_MAYBE_COMMITTED.contains(code());
  }

  /**
   * Returns whether to go on in another transaction, although the error is retryable: this one's
   * time is over, or its connection to the cluster is. {@code Transaction.onError} gives a timeout
   * back; what it makes of the other depends on the client library.
   */
  public boolean endsTransaction() {
    return code() == TIMED_OUT || code() == CLUSTER_VERSION_CHANGED;
  }

  /** Returns whether a commit that failed so may have taken effect, or may yet. */
  public boolean isMaybeCommitted() {
    return RETRYABLE_MAYBE_COMMITTED.contains(code()) || code() == USED_DURING_COMMIT;
  }

  /** Returns whether it is certain that a commit that failed so has not taken effect. */
  public boolean isNotCommitted() {
    return RETRYABLE_NOT_COMMITTED.contains(code()) || isMisuse();
  }

  /** Returns whether the store did not answer in the transaction's time. */
  public boolean isTimeout() {
    return code() == TIMED_OUT;
  }

  /** Returns whether the transaction lived too long. */
  public boolean isTooLate() {
    return code() == TOO_OLD || code() == TIMED_OUT;
  }

  /** Returns whether the transaction asked for something that can't be done, such as 10 MB. */
  public boolean isMisuse() {
    boolean inRange = code() >= FIRST_MISUSE && code() <= LAST_MISUSE;
    return (inRange && code() != USED_DURING_COMMIT) || OTHER_MISUSE.contains(code());
  }

  /** Returns whether no transaction can be begun any more, because the server is shut down. */
  public boolean isClosed() {
    return code() == CLOSED;
  }

  @Override
  public String toString() {
    return "FoundationDB error " + code() + " (" + error.getMessage() + ")";
  }
}
