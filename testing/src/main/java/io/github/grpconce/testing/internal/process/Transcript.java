package io.github.grpconce.testing.internal.process;

import io.github.grpconce.testing.internal.scenario.Step;
import java.util.ArrayList;
import java.util.List;

/** What was done in a world, by whom, in order: one line each, with the steps' numbers. */
public final class Transcript {

  private final List<String> lines = new ArrayList<>();

  /** Of the last line, if it is of a step that others of its kind can join. */
  private String open = "";

  private int openSince;

  public synchronized void note(String who, String what) {
    lines.add(line(who, what));
    open = "";
  }

  /** Notes what doesn't happen by itself. */
  public synchronized void noteMishap(String what) {
    lines.add("      !!! " + what);
    open = "";
  }

  /** Notes a step; a run of steps that are the same makes one line. */
  public synchronized void note(Host host, Step step) {
    String line = line(host.name(), step.what());
    if (line.equals(open)) {
      lines.set(lines.size() - 1, line + "  [" + openSince + "-" + step.number() + "]");
    } else {
      lines.add(line + "  [" + step.number() + "]");
      open = line;
      openSince = step.number();
    }
  }

  private static String line(String who, String what) {
    return String.format("%-9s %s", who, what);
  }

  public synchronized List<String> lines() {
    return List.copyOf(lines);
  }
}
