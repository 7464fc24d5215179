package io.github.grpconce.demo;

import io.github.grpconce.demo.shop.Mode;
import java.io.PrintStream;

/**
 * Tells people what is going on, while it goes on. Thread-safe.
 *
 * @param err where to
 * @param mode which run is under way
 * @param orders how many orders it places
 */
record Narrator(PrintStream err, Mode mode, int orders) {

  /** How often the progress is told in a run. */
  private static final int STAGES = 8;

  void say(String what) {
    err.println("[" + mode.label() + "] " + what);
  }

  /** Tells of every so many answers. */
  void answered(int answers) {
    boolean stageReached = stage(answers) > stage(answers - 1);
    if (stageReached) {
      say(answers + " of " + orders + " orders answered");
    }
  }

  private int stage(int answers) {
    return (int) ((long) answers * STAGES / orders);
  }
}
