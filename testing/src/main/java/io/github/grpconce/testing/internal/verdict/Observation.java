package io.github.grpconce.testing.internal.verdict;

import io.github.grpconce.RequestId;
import io.github.grpconce.testing.internal.downstream.Downstream;
import io.github.grpconce.testing.internal.scenario.Scenario;
import io.github.grpconce.testing.internal.scenario.Step;
import io.github.grpconce.testing.internal.world.Answer;
import io.github.grpconce.testing.internal.world.Client;
import io.github.grpconce.testing.internal.world.Trial;
import io.github.grpconce.testing.internal.world.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * What was seen in a world.
 *
 * @param answers all answers that are final, in the order in which they came
 * @param before what counts as effect, before the call
 * @param after the same when everything is over
 * @param arrivals calls that reached other services
 * @param steps what the servers did
 * @param contradictions what can't be, whatever the call should come to
 * @param transcript all of it, in order
 */
record Observation(
    Scenario scenario,
    List<Answer> answers,
    SortedMap<String, Object> before,
    SortedMap<String, Object> after,
    List<Downstream.Arrival> arrivals,
    List<Step> steps,
    List<String> contradictions,
    List<String> transcript) {

  /** In which a server that was late, or that resumes what another left behind, can do harm. */
  private static final Duration LULL = Duration.ofSeconds(3);

  /** Plays a scenario in a world of its own, which must be new. */
  static Observation of(World world, Scenario scenario, Trial<?, ?> trial, RequestId id) {
    world.ask(
        () -> {
          trial.given().forEach(given -> given.accept(world.database()));
          return null;
        });
    SortedMap<String, Object> before = world.ask(() -> Effects.of(world, trial));
    Client client = new Client(world, trial, id);
    List<String> contradictions = new ArrayList<>();
    check(client.ask(), "the call", contradictions);
    world.conductor().landAll();
    world.pass(LULL);
    world.transcript().note("client", "asks again, when all is over");
    check(client.ask(), "a late duplicate", contradictions);
    checkReplayed(client.askAnother(), contradictions);
    return new Observation(
        scenario,
        client.answers().stream().filter(Answer::isFinal).toList(),
        before,
        world.ask(() -> Effects.of(world, trial)),
        world.downstream().arrivals(),
        world.conductor().steps(),
        contradictions,
        world.transcript().lines());
  }

  private static void check(Optional<Answer> answer, String what, List<String> contradictions) {
    if (answer.filter(Answer::isFinal).isEmpty()) {
      contradictions.add(
          what
              + " never got a final answer: "
              + answer.map(last -> "the last one was " + last).orElse("none came at all"));
    }
  }

  private static void checkReplayed(Optional<Answer> answer, List<String> contradictions) {
    check(answer, "a late duplicate at another server", contradictions);
    if (answer.filter(last -> last.isFinal() && !last.replayed()).isPresent()) {
      contradictions.add(
          "a late duplicate at another server was executed, and not answered from the record: is"
              + " the method guarded? Its .proto needs the option (grpconce.v1.guard), or the"
              + " guard's builder needs to name it");
    }
  }
}
