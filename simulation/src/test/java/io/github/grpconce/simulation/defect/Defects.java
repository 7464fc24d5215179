package io.github.grpconce.simulation.defect;

import io.github.grpconce.simulation.audit.Check;
import java.util.function.Supplier;

/** The mistakes that an implementation of the guard could make. */
enum Defects implements Supplier<Defect> {
  /** The record is written in a transaction of its own, after the effect was committed. */
  RECORD_WRITTEN_IN_ANOTHER_TRANSACTION(Check.ONCE_AT_MOST, CommitDefects.SplitRecord::new),
  /** After commit_unknown_result the record isn't looked for again. */
  REREAD_SKIPPED_AFTER_UNKNOWN_RESULT(Check.ONCE_AT_MOST, CommitDefects.NoReread::new),
  /** The answer is sent while the commit is still under way. */
  RESPONSE_SENT_BEFORE_COMMIT(Check.ANSWERS_ARE_EQUAL, CommitDefects.EarlyAnswer::new),
  /** What a handler wrote before it failed for good is committed with the record. */
  WRITES_OF_FINAL_FAILURE_KEPT(Check.MONEY_IS_CONSERVED, CommitDefects.KeptWrites::new),
  /** Transactions are not closed. */
  TRANSACTION_LEFT_OPEN(Check.TRANSACTIONS_ARE_CLOSED, CommitDefects.LeftOpen::new),
  /** A transaction is used after it was closed. */
  TRANSACTION_USED_AFTER_ITS_END(Check.NOTHING_IS_LOGGED, CommitDefects.UsedAfterItsEnd::new),

  /** A failure after which another attempt may succeed is recorded, and replayed for ever. */
  RETRYABLE_FAILURE_RECORDED(Check.RECORDED_FAILURES_ARE_FINAL, CallDefects.BusyForEver::new),
  /** Who joins an operation gets what its first execution answered, not what was committed. */
  JOINER_SEES_STALE_OUTCOME(Check.ANSWERS_ARE_TRUE, StaleJoiners::new),
  /** A handler that is executed again calls others under other IDs than before. */
  CHILD_ID_DEPENDS_ON_TIME(Check.ORDERS_ARE_CHARGED, CallDefects.FreshChildren::new),
  /** A handler that is resumed by the server calls others under other IDs than before. */
  CHILD_ID_DEPENDS_ON_WHO_RESUMES(Check.ORDERS_ARE_CHARGED, CallDefects.FreshAfterRecovery::new),
  /** The content of a request isn't compared with the one that its ID was used for. */
  CONTENT_NOT_COMPARED(Check.ONE_CONTENT_FOR_EACH_ID, AnsweredByIdAlone::new),
  /** Callers are not told apart. */
  SCOPE_LEFT_OUT(Check.REFUSALS_HAVE_A_REASON, CallDefects.SharedScope::new),

  /** A server reads the horizon once, and relies on it from then on. */
  HORIZON_CACHED_WITHOUT_LEASE(Check.ONCE_AT_MOST, HorizonDefects.CachedForEver::new),
  /** A sweeper clears what a new horizon forbids before it tells anybody of that horizon. */
  SWEEPER_CLEARS_BEFORE_ADVANCING_THE_HORIZON(Check.ONCE_AT_MOST, HorizonDefects.ToldTooLate::new),
  /** A sweeper that dies has removed an opaque ID's entry in the index, and not its record. */
  OPAQUE_ENTRY_CLEARED_BEFORE_ITS_RECORD(
      Check.NOTHING_OUTLIVES_ITS_RETENTION, HorizonDefects.ClearedInPart::new),

  /** An execution goes on although another one has taken over. */
  TOKEN_NOT_CHECKED(Check.ONCE_AT_MOST, TokenDefects.Unchecked::new),
  /** An execution checks its token before each step, but not when it writes its outcome. */
  TOKEN_NOT_CHECKED_WITH_THE_OUTCOME(
      Check.NOTHING_IS_HALF_DONE, TokenDefects.UncheckedByOutcome::new),
  /** A step is committed without its result. */
  STEP_NOT_REMEMBERED(Check.ONCE_AT_MOST, StepsDefects.ForgottenSteps::new),
  /** The claim is written in a transaction of its own, after the first step was committed. */
  CLAIM_WRITTEN_AFTER_THE_FIRST_STEP(Check.NOTHING_IS_HALF_DONE, StepsDefects.LateClaim::new),
  /** The lease of an execution that is dead never ends. */
  LEASE_NEVER_ENDS(Check.EVERYBODY_IS_ANSWERED, StepsDefects.EndlessLease::new),
  /** The lease of a complete execution stays. */
  LEASE_LEFT_BEHIND(Check.NOTHING_OUTLIVES_ITS_RETENTION, StepsDefects.LeftLease::new),
  /** Who waits for another execution relies on the watch. */
  NO_POLLING_BESIDE_THE_WATCH(Check.NOBODY_IS_LEFT_WAITING, StepsDefects.NoPolling::new);

  @SuppressWarnings("ImmutableEnumChecker") // Constructors never change.
  private final Supplier<Defect> defect;

  private final Check check;

  Defects(Check check, Supplier<Defect> defect) {
    this.check = check;
    this.defect = defect;
  }

  /** Returns the check that is there to find it; others may find it, too. */
  Check check() {
    return check;
  }

  /** Returns the defect for one run. */
  @Override
  public Defect get() {
    return defect.get();
  }
}
