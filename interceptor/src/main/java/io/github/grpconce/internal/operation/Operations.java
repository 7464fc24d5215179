package io.github.grpconce.internal.operation;

import io.github.grpconce.Guard;
import io.github.grpconce.internal.answer.LogLine;
import io.github.grpconce.internal.answer.Refusals;
import io.github.grpconce.internal.attempt.Attempt;
import io.github.grpconce.internal.attempt.Invocation;
import io.github.grpconce.internal.attempt.OperationKey;
import io.github.grpconce.internal.method.Settings;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;

/** The operations that are executed in this process, so that their duplicates can join them. */
public final class Operations {

  /** Makes the operations of methods that are guarded in STEPS mode. */
  @FunctionalInterface
  public interface Stepwise {
    <ReqT, RespT> Operation<RespT> operation(
        Settings settings,
        Invocation<ReqT, RespT> invocation,
        OperationKey key,
        Consumer<Operation<RespT>> onOver);
  }

  private final Settings settings;
  private final Stepwise stepwise;
  private final ConcurrentMap<OperationKey, Operation<?>> running = new ConcurrentHashMap<>();

  public Operations(Settings settings, Stepwise stepwise) {
    this.settings = settings;
    this.stepwise = stepwise;
  }

  /**
   * Has an attempt answered: by the operation that is under way, or by a new one.
   *
   * @return the operation that the attempt waits for; empty if it was refused
   */
  public <ReqT, RespT> Optional<Operation<RespT>> enter(
      Invocation<ReqT, RespT> invocation, Attempt<RespT> attempt) {
    Optional<OperationKey> key = OperationKey.of(invocation);
    return key.isEmpty()
        ? Optional.of(begunAlone(invocation, attempt))
        : joinedOrBegun(key.get(), invocation, attempt);
  }

  private <ReqT, RespT> Operation<RespT> begunAlone(
      Invocation<ReqT, RespT> invocation, Attempt<RespT> attempt) {
    Operation<RespT> alone =
        new TransactionOperation<>(
            settings, invocation, Optional.empty(), operation -> invocation.request().letGo());
    alone.join(attempt);
    alone.begin();
    return alone;
  }

  private <ReqT, RespT> Optional<Operation<RespT>> joinedOrBegun(
      OperationKey key, Invocation<ReqT, RespT> invocation, Attempt<RespT> attempt) {
    while (true) {
      Operation<RespT> created = created(key, invocation);
      created.join(attempt);
      Operation<RespT> found = runningOr(key, created);
      if (found == created) {
        created.begin();
        return Optional.of(created);
      }
      switch (found.join(attempt)) {
        case YES -> {
          invocation.request().letGo();
          return Optional.of(found);
        }
        case TOO_MANY -> {
          invocation.request().letGo();
          settings
              .log()
              .say(LogLine.TOO_MANY_JOINERS, invocation.method().descriptor().getFullMethodName());
          attempt.refuse(Refusals.inProgress(settings.limits().pushback()));
          return Optional.empty();
        }
        case OVER -> running.remove(key, found);
      }
    }
  }

  private <ReqT, RespT> Operation<RespT> created(
      OperationKey key, Invocation<ReqT, RespT> invocation) {
    return invocation.method().guard().mode() == Guard.Mode.STEPS
        ? inSteps(key, invocation)
        : new TransactionOperation<>(
            settings, invocation, Optional.of(key), operation -> ended(key, operation, invocation));
  }

  private <ReqT, RespT> Operation<RespT> inSteps(
      OperationKey key, Invocation<ReqT, RespT> invocation) {
    return stepwise.operation(
        settings, invocation, key, operation -> ended(key, operation, invocation));
  }

  /** Nobody can join any more, and nothing more is executed. */
  private void ended(OperationKey key, Operation<?> operation, Invocation<?, ?> invocation) {
    running.remove(key, operation);
    invocation.request().letGo();
  }

  /** How many operations are under way that others can join. */
  public int size() {
    return running.size();
  }

  /** Resumes an operation in STEPS mode that nobody has come back for, if it isn't under way. */
  public void resume(OperationKey key, Invocation<?, ?> invocation) {
    Operation<?> created = inSteps(key, invocation);
    if (running.putIfAbsent(key, created) == null) {
      created.begin();
    } else {
      invocation.request().letGo();
    }
  }

  /** Returns the operation that is under way: from now on the created one, if there was none. */
  @SuppressWarnings("unchecked") // The key names the method, and so the type of its responses.
  private <RespT> Operation<RespT> runningOr(OperationKey key, Operation<RespT> created) {
    Operation<?> found = running.putIfAbsent(key, created);
    return found == null ? created : (Operation<RespT>) found;
  }
}
