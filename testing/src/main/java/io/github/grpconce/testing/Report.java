package io.github.grpconce.testing;

import static java.util.stream.Collectors.joining;

import java.util.List;

/**
 * How much was tried with a call that took effect once.
 *
 * @param method its full name
 * @param steps how often it reaches beyond the server's process: where something can go wrong
 * @param worlds in how many worlds something went wrong, differently in each
 * @param possible how many there are with one mishap each; if it is more, they are a sample
 * @param leftOut keys, or else the answer, that could not be compared in full, each with the reason
 * @param seed what the sample, and combinations of mishaps, are drawn from
 */
public record Report(
    String method, int steps, int worlds, int possible, List<String> leftOut, long seed) {

  public Report {
    leftOut = List.copyOf(leftOut);
  }

  @Override
  public String toString() {
    String tried =
        "%s took effect once; worlds tried: %d (one mishap at one of %d steps: %d; seed %d)"
            .formatted(method, worlds, steps, possible, seed);
    return leftOut.stream()
        .map(what -> "\n  not compared: " + what)
        .collect(joining("", tried, ""));
  }
}
