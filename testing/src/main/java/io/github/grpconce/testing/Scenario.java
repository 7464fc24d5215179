package io.github.grpconce.testing;

import java.util.List;

/**
 * What goes wrong in one world.
 *
 * @param title what that is, for people
 * @param strikes in the order of their steps
 */
record Scenario(String title, List<Strike> strikes) {

  /** Nothing goes wrong, but that each request comes again when it was answered. */
  static final Scenario PLAIN = new Scenario("where nothing goes wrong", List.of());

  Scenario {
    strikes = List.copyOf(strikes);
  }
}
