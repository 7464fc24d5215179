package io.github.grpconce.demo.chaos;

import io.github.grpconce.demo.audit.Breach;
import io.github.grpconce.demo.audit.Evidence;
import io.github.grpconce.demo.shop.Answer;
import java.util.List;
import java.util.Map;

/**
 * What a run came to.
 *
 * @param answers what clients were told, by the purchases' references
 * @param evidence what is in the stores
 * @param breaches what must not be
 * @param happenings what befell commits and executions
 */
record Outcome(
    Map<String, Answer> answers, Evidence evidence, List<Breach> breaches, Happenings happenings) {

  long confirmed() {
    return answers.values().stream().filter(Answer.Confirmed.class::isInstance).count();
  }

  @Override
  public String toString() {
    return "%d purchases, %d of them confirmed; %d orders, %d attempts, %d replays, %d breaches; %s"
        .formatted(
            answers.size(),
            confirmed(),
            evidence.orders().size(),
            evidence.attempts(),
            evidence.replays(),
            breaches.size(),
            happenings);
  }
}
