package io.github.grpconce.testing.internal.verdict;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toCollection;

import io.github.grpconce.testing.internal.downstream.Downstream;
import io.github.grpconce.testing.internal.process.Printed;
import io.github.grpconce.testing.internal.world.Answer;
import io.github.grpconce.testing.internal.world.Trial;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a call comes to when nothing goes wrong: the measure of all worlds in which something does.
 *
 * <p>What isn't the same each time, such as a time or a random ID, isn't compared; but that there
 * is as much of it is. All that isn't compared is said, and if nothing is left, nothing is shown.
 */
final class Expectation {

  private final Trial<?, ?> trial;
  private final Observation first;
  private final SortedMap<String, Object> same;
  private final Set<String> sameKeys;
  private boolean sameAnswers = true;

  Expectation(Trial<?, ?> trial, Observation first) {
    this.trial = trial;
    this.first = first;
    this.same = new TreeMap<>(first.after());
    this.sameKeys = new TreeSet<>(first.after().keySet());
  }

  /** Learns, from another world in which nothing went wrong, what isn't the same each time. */
  void learn(Observation again) {
    sameKeys.retainAll(again.after().keySet());
    same.entrySet().removeIf(entry -> !isIn(entry, again.after()));
    sameAnswers &= again.answers().get(0).isSameAs(first.answers().get(0));
  }

  private static boolean isIn(Map.Entry<String, Object> entry, Map<String, Object> others) {
    return Objects.equals(entry.getValue(), others.get(entry.getKey()));
  }

  /** Returns what is wrong about a call although nothing went wrong. */
  List<String> complaints(Observation plain) {
    List<String> complaints = new ArrayList<>(plain.contradictions());
    if (!plain.answers().isEmpty() && plain.answers().get(0).code() != trial.expected()) {
      complaints.add("the answer is " + plain.answers().get(0) + ", not " + trial.expected());
    }
    if (trial.expected() == Status.Code.OK && !hasSomethingToCompare(plain)) {
      complaints.add(
          plain.before().equals(plain.after()) && !ignoresSomething()
              ? "it has no effect, so that nothing can be shown: name what counts as effect"
              : "nothing of its effect can be compared:\n    " + String.join("\n    ", leftOut()));
    }
    trial.effects().keySet().stream()
        .filter(name -> !same.containsKey(name))
        .map(
            name ->
                "the effect \"" + name + "\" isn't the same each time; is it new in each world?")
        .forEach(complaints::add);
    return complaints;
  }

  private boolean ignoresSomething() {
    return first.after().values().stream().anyMatch(Ignored.class::isInstance);
  }

  /** Whether an effect that happened twice, or not at all, could be seen. */
  private boolean hasSomethingToCompare(Observation plain) {
    boolean rows =
        first.after().entrySet().stream()
            .filter(row -> !Objects.equals(row.getValue(), first.before().get(row.getKey())))
            .filter(row -> !(row.getValue() instanceof Ignored))
            .anyMatch(row -> same.containsKey(row.getKey()) || !sameKeys.contains(row.getKey()));
    boolean removals = !first.after().keySet().containsAll(first.before().keySet());
    return rows || removals || !plain.arrivals().isEmpty();
  }

  /** Returns what isn't compared, and why. */
  List<String> leftOut() {
    List<String> leftOut = new ArrayList<>();
    first
        .after()
        .forEach(
            (key, value) -> {
              if (value instanceof Ignored ignored) {
                leftOut.add(key + ": " + ignored.why());
              } else if (!sameKeys.contains(key)) {
                leftOut.add(key + ": such keys differ each time, and only their number counts");
              } else if (!same.containsKey(key)) {
                leftOut.add(key + ": its value differs each time, although nothing goes wrong");
              }
            });
    if (!sameAnswers) {
      leftOut.add("the answer: it differs each time, although nothing goes wrong");
    }
    return leftOut;
  }

  /** Returns how a world differs from one in which nothing goes wrong. */
  List<String> differences(Observation seen) {
    List<String> differences = new ArrayList<>(seen.contradictions());
    compareAnswers(seen, differences);
    compareEffects(seen.after(), differences);
    compareArrivals(seen.arrivals(), differences);
    return differences;
  }

  private void compareAnswers(Observation seen, List<String> differences) {
    if (seen.answers().isEmpty()) {
      return;
    }
    Answer told = seen.answers().get(0);
    seen.answers().stream()
        .filter(answer -> !answer.isSameAs(told))
        .findFirst()
        .ifPresent(
            other -> differences.add("two answers to one call:\n    " + told + "\n    " + other));
    Answer usual = first.answers().get(0);
    if (told.code() != usual.code() || (sameAnswers && !told.isSameAs(usual))) {
      differences.add("the answer is " + told + "\n    and without mishap " + usual);
    }
  }

  private void compareEffects(SortedMap<String, Object> after, List<String> differences) {
    for (String key : sameKeys) {
      if (!after.containsKey(key)) {
        differences.add("missing: " + key + " = " + Printed.value(first.after().get(key)));
      } else if (same.containsKey(key) && !Objects.equals(same.get(key), after.get(key))) {
        differences.add(
            "%s = %s\n    and without mishap %s"
                .formatted(key, Printed.value(after.get(key)), Printed.value(same.get(key))));
      }
    }
    List<String> others = after.keySet().stream().filter(key -> !sameKeys.contains(key)).toList();
    int usual = first.after().size() - sameKeys.size();
    if (others.size() != usual) {
      differences.add(
          usual == 0
              ? "only with mishap: " + others
              : others.size()
                  + " entries whose keys differ each time, not "
                  + usual
                  + ": "
                  + others);
    }
  }

  private void compareArrivals(List<Downstream.Arrival> arrivals, List<String> differences) {
    Set<String> usual = names(first.arrivals());
    Set<String> names = names(arrivals);
    if (!names.equals(usual)) {
      differences.add(
          ("other services were called under request IDs\n    %s"
                  + "\n    and in another execution of the same call\n    %s")
              .formatted(names, usual));
    }
    Set<Downstream.Arrival> distinct = new LinkedHashSet<>(arrivals);
    if (distinct.size() > names.size()) {
      differences.add(
          distinct.stream()
              .map(arrival -> "\n    " + arrival)
              .collect(joining("", "other content under the same request ID:", "")));
    }
  }

  private static Set<String> names(List<Downstream.Arrival> arrivals) {
    return arrivals.stream().map(Downstream.Arrival::name).collect(toCollection(TreeSet::new));
  }
}
