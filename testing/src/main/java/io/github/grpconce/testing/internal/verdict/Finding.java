package io.github.grpconce.testing.internal.verdict;

import static java.util.stream.Collectors.joining;

import java.util.List;

/**
 * A world in which a call didn't come to what it should.
 *
 * @param method its full name
 * @param differences what is wrong
 */
record Finding(String method, Observation seen, List<String> differences) {

  /**
   * Returns the finding as JUnit wants it.
   *
   * @param advice what to do next
   */
  AssertionError error(String advice) {
    return new AssertionError(
        String.join(
            "\n",
            method + " doesn't take effect exactly once",
            "In a world " + seen.scenario().title() + ":",
            differences.stream().map(line -> "  * " + line).collect(joining("\n")),
            "What was done:",
            seen.transcript().stream().map(line -> "  " + line).collect(joining("\n")),
            advice));
  }
}
