package io.github.grpconce.demo.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the figures of a demo amount to.
 *
 * @param exitStatus 0 if grpc-once did what it promises, under faults that would have done harm
 * @param sentences why, for people
 */
public record Verdict(int exitStatus, List<String> sentences) {

  /** Everything as promised. */
  public static final int GOOD = 0;

  /** With grpc-once there is something in the stores, or in the answers, that must not be. */
  public static final int BROKEN = 1;

  /**
   * Without grpc-once no order was charged twice either, or with it nothing was replayed: the
   * faults did not put it to the test.
   */
  public static final int PROVED_NOTHING = 3;

  private static final String PROVED_NOTHING_WORDS =
      ": the faults proved nothing. Try more --orders, or a larger --drop";

  /** Takes a copy of the sentences. */
  public Verdict {
    sentences = List.copyOf(sentences);
  }

  /**
   * Judges a demo.
   *
   * @param unguarded the run without grpc-once; empty if there was none, which is not held against
   *     the other
   * @param guarded the run with it; empty likewise
   */
  public static Verdict on(Optional<Figures> unguarded, Optional<Figures> guarded) {
    List<String> breaches = guarded.map(Verdict::breaches).orElse(List.of());
    if (!breaches.isEmpty()) {
      return new Verdict(BROKEN, breaches);
    }
    List<String> doubts = doubts(unguarded, guarded);
    return doubts.isEmpty()
        ? new Verdict(GOOD, praise(unguarded, guarded))
        : new Verdict(PROVED_NOTHING, doubts);
  }

  private static List<String> breaches(Figures figures) {
    List<String> breaches = new ArrayList<>();
    note(breaches, figures.ordersChargedTwice(), "orders were charged twice");
    note(breaches, figures.ordersLost(), "orders were confirmed and then not to be found");
    note(breaches, figures.ordersChargedNotConfirmed(), "orders were charged but not confirmed");
    note(breaches, figures.unanswered(), "orders got no answer");
    note(breaches, figures.answeredWrongly(), "orders got the wrong answer");
    note(breaches, figures.moneyMissingCents(), "cents are not where they should be");
    note(breaches, figures.unbalancedCents(), "cents are unbalanced in the books");
    note(breaches, figures.inProgress(), "orders are still being executed");
    figures.breaches().forEach(breach -> breaches.add("with grpc-once, " + breach));
    return breaches;
  }

  private static void note(List<String> breaches, long number, String what) {
    if (number != 0) {
      breaches.add("with grpc-once, " + number + " " + what);
    }
  }

  private static List<String> doubts(Optional<Figures> unguarded, Optional<Figures> guarded) {
    List<String> doubts = new ArrayList<>();
    if (unguarded.isPresent() && unguarded.get().ordersChargedTwice() == 0) {
      doubts.add("without grpc-once no order was charged twice either" + PROVED_NOTHING_WORDS);
    }
    if (guarded.isPresent() && guarded.get().replays() == 0) {
      doubts.add("with grpc-once no call was answered from a record" + PROVED_NOTHING_WORDS);
    }
    return doubts;
  }

  private static List<String> praise(Optional<Figures> unguarded, Optional<Figures> guarded) {
    List<String> sentences = new ArrayList<>();
    unguarded.ifPresent(
        figures ->
            sentences.add(
                "without grpc-once, %d of %d orders were charged more than once"
                    .formatted(figures.ordersChargedTwice(), figures.orders())));
    guarded.ifPresent(
        figures ->
            sentences.add(
                "with grpc-once, each of %d confirmed orders was charged exactly once"
                    .formatted(figures.confirmed())));
    return sentences;
  }
}
