package io.github.grpconce.simulation.audit;

/** What has to be true after every run. A planted defect must show that each can find something. */
public enum Check {
  /** No operation, and no step of one, took effect twice: not even if all its attempts failed. */
  ONCE_AT_MOST,
  /** What anybody was told succeeded took effect as it was told; what failed for good did not. */
  ANSWERS_ARE_TRUE,
  /** All final answers to one request ID are equal. */
  ANSWERS_ARE_EQUAL,
  /** Of all that came under one request ID, one content was answered and the others refused. */
  ONE_CONTENT_FOR_EACH_ID,
  /** Every account has what the operations that took effect left there. */
  MONEY_IS_CONSERVED,
  /** What was ordered was charged once, what was cancelled never. */
  ORDERS_ARE_CHARGED,
  /** Some time after the last fault, everything that was begun was ended, once. */
  NOTHING_IS_HALF_DONE,
  /** Whoever went on asking got a final answer. */
  EVERYBODY_IS_ANSWERED,
  /** Long after the last fault every attempt is answered soon. */
  NOBODY_IS_LEFT_WAITING,
  /** Nobody was refused for what was not the case. */
  REFUSALS_HAVE_A_REASON,
  /** Nothing was recorded after which another attempt might have succeeded. */
  RECORDED_FAILURES_ARE_FINAL,
  /** No record is kept for longer than the retention, no lease for longer than its execution. */
  NOTHING_OUTLIVES_ITS_RETENTION,
  /** Every transaction was closed: one that isn't holds native memory. */
  TRANSACTIONS_ARE_CLOSED,
  /** The guard logged no failure of its own. */
  NOTHING_IS_LOGGED
}
