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

  /** With grpc-once an order was charged twice or lost, or the like. */
  public static final int BROKEN = 1;

  /** Without grpc-once no order was charged twice either, so that the run proves nothing. */
  public static final int PROVED_NOTHING = 3;

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
    if (unguarded.isPresent() && unguarded.get().ordersChargedTwice() == 0) {
      return new Verdict(
          PROVED_NOTHING,
          List.of(
              "without grpc-once no order was charged twice either: the faults proved nothing."
                  + " Try more --orders, or a larger --drop"));
    }
    return new Verdict(GOOD, praise(unguarded, guarded));
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
    return breaches;
  }

  private static void note(List<String> breaches, long number, String what) {
    if (number != 0) {
      breaches.add("with grpc-once, " + number + " " + what);
    }
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
