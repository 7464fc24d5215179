package io.github.grpconce.embedded.internal.key;

/** FoundationDB's error codes that this engine can give, with the sentence that goes with each. */
public enum FdbError {
  TRANSACTION_TOO_OLD(1007, "Transaction is too old to perform reads or be committed"),
  FUTURE_VERSION(1009, "Request for future version"),
  NOT_COMMITTED(1020, "Transaction not committed due to conflict with another transaction"),
  COMMIT_UNKNOWN_RESULT(1021, "Transaction may or may not have committed"),
  TRANSACTION_CANCELLED(1025, "Operation aborted because the transaction was cancelled"),
  TRANSACTION_TIMED_OUT(1031, "Operation aborted because the transaction timed out"),
  TOO_MANY_WATCHES(1032, "Too many watches set"),
  WATCHES_DISABLED(1034, "Watches cannot be set if read your writes is disabled"),
  ACCESSED_UNREADABLE(1036, "Read or wrote an unreadable key"),
  PROCESS_BEHIND(1037, "Storage process does not have recent mutations"),
  DATABASE_LOCKED(1038, "Database is locked"),
  CLUSTER_VERSION_CHANGED(1039, "The protocol version of the cluster has changed"),
  COMMIT_PROXY_MEMORY_LIMIT_EXCEEDED(1042, "Commit proxy commit memory limit exceeded"),
  BATCH_TRANSACTION_THROTTLED(1051, "Batch GRV request rate limit exceeded"),
  GRV_PROXY_MEMORY_LIMIT_EXCEEDED(1078, "GRV proxy memory limit exceeded"),
  TAG_THROTTLED(1213, "Transaction tag is being throttled"),
  PROXY_TAG_THROTTLED(1223, "Exceeded maximum proxy tag throttling duration"),
  LARGE_ALLOC_FAILED(1501, "Large block allocation failed"),
  IO_ERROR(1510, "Disk i/o operation failed"),
  CLIENT_INVALID_OPERATION(2000, "Invalid API call"),
  KEY_OUTSIDE_LEGAL_RANGE(2004, "Key outside legal range"),
  INVERTED_RANGE(2005, "Range begin key larger than end key"),
  INVALID_OPTION_VALUE(2006, "Option set with an invalid value"),
  INVALID_OPTION(2007, "Option not valid in this context"),
  READ_VERSION_ALREADY_SET(2010, "Transaction already has a read version set"),
  VERSION_INVALID(2011, "Version not valid"),
  RANGE_LIMITS_INVALID(2012, "Range limits not valid"),
  USED_DURING_COMMIT(2017, "Operation issued while a commit was outstanding"),
  INVALID_MUTATION_TYPE(2018, "An invalid atomic mutation type was issued"),
  TRANSACTION_INVALID_VERSION(2020, "Transaction does not have a valid commit version"),
  NO_COMMIT_VERSION(2021, "Transaction is read-only and therefore does not have a commit version"),
  TRANSACTION_READ_ONLY(2023, "Attempted to commit a transaction specified as read-only"),
  TRANSACTION_TOO_LARGE(2101, "Transaction exceeds byte limit"),
  KEY_TOO_LARGE(2102, "Key length exceeds limit"),
  VALUE_TOO_LARGE(2103, "Value length exceeds limit"),
  TOO_MANY_TAGS(2109, "Too many tags set on transaction"),
  TAG_TOO_LONG(2110, "Tag set on transaction is too long"),
  EXACT_MODE_WITHOUT_LIMITS(2210, "Exact mode used without row or byte limit"),
  INTERNAL_ERROR(4100, "An internal error occurred");

  private final int code;
  private final String text;

  FdbError(int code, String text) {
    this.code = code;
    this.text = text;
  }

  public int code() {
    return code;
  }

  /** A new exception with this code, to be thrown or to fail a future with. */
  public EmbeddedException exception() {
    return new EmbeddedException(text, code);
  }
}
