package io.github.grpconce.testing.internal.scenario;

import java.util.List;

/**
 * What goes wrong in one world.
 *
 * @param title what that is, for people
 * @param strikes in the order of their steps
 */
public record Scenario(String title, List<Strike> strikes) {

  /** Nothing goes wrong, but that each request comes again when it was answered. */
  public static final Scenario PLAIN = new Scenario("where nothing goes wrong", List.of());

  public Scenario {
    strikes = List.copyOf(strikes);
  }
}
