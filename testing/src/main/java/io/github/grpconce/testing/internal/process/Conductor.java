package io.github.grpconce.testing.internal.process;

import io.github.grpconce.testing.internal.scenario.Scenario;
import io.github.grpconce.testing.internal.scenario.Step;
import io.github.grpconce.testing.internal.scenario.Step.Kind;
import io.github.grpconce.testing.internal.scenario.Strike;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Queue;

/** Counts the steps of a world, and says what befalls each. Thread-safe. */
public final class Conductor {

  private final Transcript transcript;
  private final List<Strike> strikes;
  private final List<Step> steps = new ArrayList<>();
  private final List<Landing> landings = new ArrayList<>();
  private final Queue<Incident> incidents = new ArrayDeque<>();

  private record Landing(int step, Runnable commit) {}

  public Conductor(Transcript transcript, Scenario scenario) {
    this.transcript = transcript;
    this.strikes = new ArrayList<>(scenario.strikes());
  }

  /**
   * Counts a step that a server is about to do. What a dead one does isn't done.
   *
   * @return what befalls it
   */
  public Optional<Strike> next(Host host, Kind kind, String what) {
    if (!host.isRunning()) {
      return Optional.empty();
    }
    landDue();
    synchronized (this) {
      Step step = new Step(steps.size() + 1, kind, what);
      steps.add(step);
      transcript.note(host, step);
      Optional<Strike> strike =
          strikes.stream()
              .filter(one -> one.step() <= step.number() && one.mishap().befalls(kind))
              .findFirst();
      strike.ifPresent(strikes::remove);
      strike.ifPresent(one -> transcript.noteMishap(one.description()));
      return strike;
    }
  }

  private void landDue() {
    land(steps().size() + 1);
  }

  /** Lets everything that is still on its way arrive. */
  public void landAll() {
    land(Integer.MAX_VALUE);
  }

  private void land(int step) {
    List<Runnable> due = new ArrayList<>();
    synchronized (this) {
      for (Iterator<Landing> each = landings.iterator(); each.hasNext(); ) {
        Landing landing = each.next();
        if (landing.step() <= step) {
          each.remove();
          due.add(landing.commit());
        }
      }
    }
    due.forEach(Runnable::run);
  }

  /** Has a commit land before a step to come. */
  public synchronized void landLater(int stepsLater, Runnable commit) {
    landings.add(new Landing(steps.size() + stepsLater, commit));
  }

  /** Has a step wait for what the client makes of its mishap. */
  public synchronized void hold(Incident incident) {
    incidents.add(incident);
  }

  public synchronized boolean hasIncident() {
    return !incidents.isEmpty();
  }

  public synchronized Optional<Incident> takeIncident() {
    return Optional.ofNullable(incidents.poll());
  }

  public synchronized List<Step> steps() {
    return List.copyOf(steps);
  }
}
