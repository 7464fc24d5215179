package io.github.grpconce.server;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.Transaction;
import com.apple.foundationdb.subspace.Subspace;
import com.google.protobuf.ByteString;
import io.github.grpconce.ErrorReason;
import io.github.grpconce.GuardedExecution;
import io.github.grpconce.RequestId;
import io.github.grpconce.UnreadableRecordException;
import io.github.grpconce.internal.answer.LogLine;
import io.github.grpconce.internal.answer.SeldomLog;
import io.github.grpconce.internal.fingerprint.PresentedRequest;
import io.github.grpconce.internal.fingerprint.RequestFingerprints;
import io.github.grpconce.internal.handler.Continuations;
import io.github.grpconce.internal.handler.HandlerTransaction;
import io.github.grpconce.internal.record.Lookup;
import io.github.grpconce.internal.record.RecordIdentity;
import io.github.grpconce.internal.record.Records;
import io.github.grpconce.internal.store.Store;
import io.github.grpconce.internal.store.StoreError;
import io.github.grpconce.v1.Outcome;
import io.github.grpconce.v1.Record;
import io.grpc.Context;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Processes each message once, however often it is delivered: the guarantee of a guarded call, for
 * whatever brings messages with IDs.
 *
 * <pre>{@code
 * IdempotentConsumer consumer = IdempotentConsumer.named("shipping", database, subspace);
 * consumer.process(
 *     RequestId.of(message.id()),
 *     message.bytes(),
 *     transaction -> {
 *       ...                       // read and write
 *       return ByteString.EMPTY;  // or what later deliveries are to get
 *     });
 * message.acknowledge();
 * }</pre>
 *
 * <p>The function's writes and its result are one transaction with the record of the message. If
 * {@link #process} fails, whatever with, the message may be delivered again: the record decides.
 * Calls that the function makes to guarded services are no part of that transaction, but their
 * request IDs are derived from the message's, as a guarded handler's are: the same at every try and
 * every delivery, so that they take effect once, too.
 *
 * <p>Thread-safe. {@code process} blocks, and must not be called where the store's own futures
 * complete.
 */
public final class IdempotentConsumer {

  /**
   * Ample for a function that conflicts; more than FoundationDB's five seconds of a transaction.
   */
  private static final Duration STANDARD_LIMIT = Duration.ofSeconds(30);

  /** FoundationDB counts a timeout in milliseconds, and takes 0 for none at all. */
  private static final Duration SHORTEST_LIMIT = Duration.ofMillis(1);

  /** Far below what FoundationDB has room for: 24 days. */
  private static final Duration LONGEST_LIMIT = Duration.ofDays(1);

  /** As for guarded calls by default. */
  private static final Duration ALLOWED_SKEW = Duration.ofHours(1);

  /** Beyond it, a result and what else is written come near FoundationDB's 10 MB. */
  private static final int MAX_RESULT_BYTES = 8 << 20;

  /** So many executions for a message are no news: above, the function contends for something. */
  private static final int MOST_QUIET_EXECUTIONS = 10;

  private final String name;
  private final Store store;
  private final Records records;
  private final RequestFingerprints fingerprints;
  private final InstantSource clock;
  private final SeldomLog log;
  private final boolean opaqueIds;

  private IdempotentConsumer(
      String name,
      Store store,
      Records records,
      InstantSource clock,
      SeldomLog log,
      boolean opaqueIds) {
    this.name = name;
    this.store = store;
    this.records = records;
    this.fingerprints = RequestFingerprints.ofBytes(name);
    this.clock = clock;
    this.log = log;
    this.opaqueIds = opaqueIds;
  }

  /**
   * The outcome of a message.
   *
   * @param result what the function returned, now or at an earlier delivery
   * @param replayed whether it was at an earlier one
   */
  public record Processed(ByteString result, boolean replayed) {

    /** Leaves out the result, which may be nobody's business who reads logs. */
    @Override
    public String toString() {
      return "Processed[" + result.size() + " bytes, replayed=" + replayed + "]";
    }
  }

  /**
   * Returns a consumer.
   *
   * @param name who processes the messages: two consumers process the same message once each
   * @param subspace holds the records, and nothing else; guarded services can have it too
   * @throws IllegalArgumentException if the subspace is the whole database
   */
  public static IdempotentConsumer named(String name, Database database, Subspace subspace) {
    return new IdempotentConsumer(
        name,
        new Store(database, STANDARD_LIMIT),
        Records.in(subspace),
        InstantSource.system(),
        new SeldomLog(System::nanoTime),
        false);
  }

  /**
   * Returns this consumer with another limit on how long one message is tried.
   *
   * @param limit a millisecond to a day, to the millisecond; the default is 30 seconds
   * @throws IllegalArgumentException if the limit is anything else
   */
  public IdempotentConsumer withTimeLimit(Duration limit) {
    if (limit.compareTo(SHORTEST_LIMIT) < 0 || limit.compareTo(LONGEST_LIMIT) > 0) {
      throw new IllegalArgumentException("a limit must be a millisecond to a day: " + limit);
    }
    return new IdempotentConsumer(
        name, new Store(store.database(), limit), records, clock, log, opaqueIds);
  }

  /** Returns this consumer with another clock than the system's, to tell IDs from the future. */
  public IdempotentConsumer withClock(InstantSource source) {
    return new IdempotentConsumer(name, store, records, source, log, opaqueIds);
  }

  /**
   * Returns this consumer as one that takes the IDs of its messages for opaque, whatever time they
   * bear: for queues in which messages may wait for as long as records are kept. Otherwise a
   * message whose ID is older than that is refused, because it may have been processed and
   * forgotten, although nobody may ever have seen it.
   *
   * <p>Each message is then remembered for the retention, counted from when it was processed. A
   * delivery that comes after that is new, and processed once more: keep records for longer than
   * the queue delivers a message again.
   *
   * <p>The calls that its function makes have opaque IDs, too, and the same holds for them at their
   * callees.
   *
   * <p>A consumer of this name finds what was processed with this and without it, so both can run
   * at once while this is introduced. But what is derived from a message's ID is another with this
   * than without: a message whose function has called somebody and then failed makes that call once
   * more.
   */
  public IdempotentConsumer withOpaqueIds() {
    return new IdempotentConsumer(name, store, records, clock, log, true);
  }

  /**
   * Processes a message, unless that was done before.
   *
   * @param content what the message says, to notice an ID that is used for something else; without
   *     what may differ between deliveries
   * @param effect may be run several times, with transactions of which one can commit; it must not
   *     commit, cancel or close them. Two runs may even be under way at once, if the message is
   *     delivered twice. Its result has at most 8 MiB
   * @throws MessageRefusedException if the ID was used for other content; if it bears a time that
   *     is before what is remembered, or more than an hour in the future, unless IDs are
   *     {@linkplain #withOpaqueIds opaque}; or, with {@link ErrorReason#CALLS_CHANGED}, if the
   *     function has called another service under a derived ID that was used before for other
   *     content. Then nothing is written. See {@link GuardedExecution}
   * @throws UnreadableRecordException if its record can't be understood, or others write to the
   *     subspace, too
   * @throws com.apple.foundationdb.FDBException if the store does not answer in time, or the
   *     function leaves it none; if it is closed, or refuses what the function asks of it
   * @throws RuntimeException what the function itself throws, the refusals of those that it has
   *     called included; then nothing is written
   */
  public Processed process(
      RequestId messageId, ByteString content, Function<? super Transaction, ByteString> effect) {
    if (!opaqueIds) {
      refuseIfFromTheFuture(messageId);
    }
    AtomicInteger executions = new AtomicInteger();
    Function<Transaction, ByteString> execution =
        given -> {
          sayIfMany(executions.incrementAndGet());
          return execute(messageId, effect, given);
        };
    RecordIdentity identity = RecordIdentity.of("", name, messageId);
    PresentedRequest request = fingerprints.presentedSerialised(List.of(content));
    Transaction transaction = store.begin();
    try {
      while (true) {
        try {
          return tried(transaction, identity, request, execution);
        } catch (RuntimeException e) {
          transaction = afterFailure(transaction, e);
        }
      }
    } finally {
      transaction.close();
    }
  }

  private void sayIfMany(int executions) {
    if (executions > MOST_QUIET_EXECUTIONS) {
      log.say(
          LogLine.MANY_EXECUTIONS,
          name,
          "message",
          "the consumer " + name,
          MOST_QUIET_EXECUTIONS,
          "conflicts or other errors of the store");
    }
  }

  private void refuseIfFromTheFuture(RequestId messageId) {
    Instant latest = clock.instant().plus(ALLOWED_SKEW);
    if (messageId.time().filter(time -> time.isAfter(latest)).isPresent()) {
      throw new MessageRefusedException(
          ErrorReason.REQUEST_ID_INVALID,
          "the message's ID is from the future: check the clocks of who made it and of this server");
    }
  }

  private Processed tried(
      Transaction transaction,
      RecordIdentity identity,
      PresentedRequest request,
      Function<Transaction, ByteString> execution) {
    RecordIdentity own = opaqueIds ? identity.withoutTime() : identity;
    CompletableFuture<Lookup> lookup = records.find(transaction, own);
    Optional<Record> otherwise = processedOtherwise(transaction, identity);
    Lookup found = lookup.join();
    if (found instanceof Lookup.Found present) {
      return replay(present.record(), request);
    }
    if (otherwise.isPresent()) {
      return replay(otherwise.get(), request);
    }
    if (found instanceof Lookup.Absent absent) {
      if (absent.neglected()) {
        log.say(LogLine.NEGLECTED, records.name());
      }
      ByteString result = resultOf(execution, transaction);
      Outcome outcome = Outcome.newBuilder().addResponses(result).build();
      records.complete(transaction, own, absent, request.fingerprint(), outcome);
      transaction.commit().join();
      return new Processed(result, false);
    }
    throw new MessageRefusedException(
        ErrorReason.REQUEST_ID_EXPIRED,
        "the message's ID is so old that it may have been processed and forgotten");
  }

  /**
   * Looks for the record of a consumer that takes IDs for what this one doesn't, with a conflict:
   * one may have processed the message before, or may do so now.
   */
  private Optional<Record> processedOtherwise(Transaction transaction, RecordIdentity identity) {
    if (!identity.hasTime()) {
      return Optional.empty();
    }
    RecordIdentity other = opaqueIds ? identity : identity.withoutTime();
    return records.find(transaction, other).join() instanceof Lookup.Found found
        ? Optional.of(found.record())
        : Optional.empty();
  }

  /** Each time as an execution of its own, so that the calls are counted anew. */
  private ByteString execute(
      RequestId messageId,
      Function<? super Transaction, ByteString> effect,
      Transaction transaction) {
    GuardedExecution execution =
        opaqueIds
            ? GuardedExecution.withoutTime(messageId, "", name)
            : new GuardedExecution(messageId, "", name);
    Context context = execution.attachTo(Context.current());
    Continuations continuations =
        Continuations.on(Runnable::run, UnaryOperator.identity()).within(context);
    HandlerTransaction view = new HandlerTransaction(transaction, continuations);
    Context previous = context.attach();
    try {
      ByteString result = effect.apply(view);
      refuseIfBroken(execution);
      return result;
    } catch (RuntimeException e) {
      refuseIfBroken(execution);
      throw e;
    } finally {
      context.detach(previous);
      view.seal();
    }
  }

  /** A callee that has refused a derived ID says so of its call; of the message, we do. */
  private static void refuseIfBroken(GuardedExecution execution) {
    execution
        .refusal()
        .ifPresent(
            refusal -> {
              throw new MessageRefusedException(
                  ErrorReason.CALLS_CHANGED, String.valueOf(refusal.getStatus().getDescription()));
            });
  }

  private static ByteString resultOf(
      Function<Transaction, ByteString> execution, Transaction transaction) {
    ByteString result = execution.apply(transaction);
    if (result.size() > MAX_RESULT_BYTES) {
      throw new IllegalArgumentException(
          "a result of " + result.size() + " bytes can't be recorded; nothing was written");
    }
    return result;
  }

  private Processed replay(Record record, PresentedRequest request) {
    if (!fingerprints.match(record.getFingerprint(), request) || !record.hasOutcome()) {
      throw new MessageRefusedException(
          ErrorReason.REQUEST_ID_REUSED, "the message's ID was used before for other content");
    }
    if (record.getOutcome().getResponsesCount() != 1) {
      throw new UnreadableRecordException("a message's recorded outcome has no result");
    }
    return new Processed(record.getOutcome().getResponses(0), true);
  }

  /** Returns the transaction with which to try again; throws if that is no use. */
  private Transaction afterFailure(Transaction transaction, RuntimeException failure) {
    StoreError error = StoreError.causing(failure).orElseThrow(() -> unwrapped(failure));
    if (!error.isRetryable() || error.isTimeout()) {
      throw unwrapped(failure);
    }
    if (error.endsTransaction()) {
      transaction.close();
      return store.begin();
    }
    try {
      return store.goOn(transaction, error).join();
    } catch (CompletionException e) {
      throw unwrapped(e);
    }
  }

  private static RuntimeException unwrapped(RuntimeException failure) {
    return failure instanceof CompletionException
            && failure.getCause() instanceof RuntimeException cause
        ? cause
        : failure;
  }
}
