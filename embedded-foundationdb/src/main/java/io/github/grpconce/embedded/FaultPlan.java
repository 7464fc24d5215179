package io.github.grpconce.embedded;

import com.apple.foundationdb.Transaction;
import io.github.grpconce.embedded.internal.binding.EmbeddedTransaction;
import io.github.grpconce.embedded.internal.runtime.FaultSource;
import io.github.grpconce.embedded.internal.runtime.InjectedFault;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * What goes wrong in an {@link EmbeddedDatabase}, for tests: which {@link Fault} comes at which
 * step of which transaction.
 *
 * <pre>{@code
 * FaultPlan plan = FaultPlan.seeded(42);
 * plan.at(FaultPlan.Step.COMMIT).label("charge").attempt(1).once().inject(Fault.unknownResultLanded());
 * plan.at(FaultPlan.Step.READ).probability(0.1).inject(Fault.error(1007));
 * Database db = EmbeddedDatabase.newBuilder().faultPlan(plan).build();
 * }</pre>
 *
 * <p>A transaction's label is what its options say: {@code setDebugTransactionIdentifier}, {@code
 * setTag} or {@code setDebugRetryLogging}, whichever was set last; it stays through retries. Or it
 * is given by {@link #label}.
 *
 * <p>Rules can be added while the database is used. At each step, the first rule that applies
 * decides. Thread-safe. With one thread, a seed and {@link VirtualTime} everything is the same in
 * every run.
 */
public final class FaultPlan {
  /** A step of a transaction at which something can go wrong. */
  public enum Step {
    /**
     * Getting the read version, once in each attempt, at the first read or when it is asked for.
     */
    READ_VERSION,
    /** A read of a value, of a key, or of one chunk of a range. */
    READ,
    /** A commit that writes something: others are no concern of the database's. */
    COMMIT,
    /** Arming a watch, after the commit. */
    WATCH
  }

  private final SplittableRandom random;

  /** Asked at every step of all transactions, and hardly ever changed. */
  private final List<Rule> rules = new CopyOnWriteArrayList<>();

  private volatile CompletableFuture<Void> reachable = CompletableFuture.completedFuture(null);

  private FaultPlan(long seed) {
    this.random = new SplittableRandom(seed);
  }

  /** A plan without rules, which draws what is left to chance from this seed. */
  public static FaultPlan seeded(long seed) {
    return new FaultPlan(seed);
  }

  /**
   * Gives a transaction of an embedded database a label, which stays through its retries.
   *
   * @throws IllegalArgumentException if the transaction is another database's
   */
  public static void label(Transaction transaction, String label) {
    if (!(transaction instanceof EmbeddedTransaction embedded)) {
      throw new IllegalArgumentException(
          "not a transaction of an EmbeddedDatabase: " + transaction.getClass().getName());
    }
    embedded.core().label(label);
  }

  /** Begins a rule for a step. It counts for nothing until {@link Rule#inject}. */
  public Rule at(Step step) {
    return new Rule(this, step);
  }

  /** From now on nothing is answered: reads and commits wait until {@link #reach}. */
  public synchronized void unreach() {
    if (reachable.isDone()) {
      reachable = new CompletableFuture<>();
    }
  }

  /** Ends what {@link #unreach} began: what waited is done now. */
  public void reach() {
    reachable.complete(null);
  }

  /** The plan as the engine asks it. */
  FaultSource source() {
    return new Source();
  }

  private final class Source implements FaultSource {
    @Override
    public @Nullable InjectedFault atReadVersion(@Nullable String label, int attempt) {
      return next(Step.READ_VERSION, label, attempt);
    }

    @Override
    public @Nullable InjectedFault atRead(@Nullable String label, int attempt) {
      return next(Step.READ, label, attempt);
    }

    @Override
    public @Nullable InjectedFault atCommit(@Nullable String label, int attempt) {
      return next(Step.COMMIT, label, attempt);
    }

    @Override
    public @Nullable InjectedFault atWatch(@Nullable String label, int attempt) {
      return next(Step.WATCH, label, attempt);
    }

    @Override
    public CompletableFuture<Void> reachable() {
      return reachable;
    }
  }

  private @Nullable InjectedFault next(Step step, @Nullable String label, int attempt) {
    return rules.isEmpty() ? null : firstOf(step, label, attempt);
  }

  /** Under a lock, as rules count how often they applied. */
  private synchronized @Nullable InjectedFault firstOf(
      Step step, @Nullable String label, int attempt) {
    for (Rule rule : rules) {
      if (rule.applies(step, label, attempt)) {
        return rule.fault == null ? null : rule.fault.injected();
      }
    }
    return null;
  }

  private FaultPlan add(Rule rule) {
    rules.add(rule);
    return this;
  }

  /** A rule in the making. Not thread-safe. */
  public static final class Rule {
    private final FaultPlan plan;
    private final Step step;
    private @Nullable String label;
    private int attempt;
    private int skip;
    private int times = Integer.MAX_VALUE;
    private double probability = 1;
    private @Nullable Fault fault;

    private Rule(FaultPlan plan, Step step) {
      this.plan = plan;
      this.step = step;
    }

    /** Only for transactions with this label. */
    public Rule label(String label) {
      this.label = label;
      return this;
    }

    /**
     * Only in this attempt of a transaction.
     *
     * @param attempt counts from 1; each {@code onError} that allows a retry begins the next
     */
    public Rule attempt(int attempt) {
      this.attempt = attempt;
      return this;
    }

    /** Passes over the first steps to which the rule would apply. */
    public Rule skip(int steps) {
      this.skip = steps;
      return this;
    }

    /** Applies this often and no more. */
    public Rule times(int times) {
      this.times = times;
      return this;
    }

    /** Applies once. */
    public Rule once() {
      return times(1);
    }

    /** Applies with this probability, from 0 to 1, each time. */
    public Rule probability(double probability) {
      this.probability = probability;
      return this;
    }

    /** Puts the rule in force, behind those that are. */
    public FaultPlan inject(Fault fault) {
      this.fault = fault;
      return plan.add(this);
    }

    private boolean applies(Step at, @Nullable String of, int inAttempt) {
      boolean meant =
          step == at
              && times > 0
              && (label == null || label.equals(of))
              && (attempt == 0 || attempt == inAttempt)
              && (probability >= 1 || plan.random.nextDouble() < probability);
      if (!meant) {
        return false;
      }
      if (skip > 0) {
        skip--;
        return false;
      }
      times--;
      return true;
    }
  }
}
