package io.github.grpconce.testing;

/**
 * How much was tried with a call that took effect once.
 *
 * @param method its full name
 * @param steps how often it reaches beyond the server's process: where something can go wrong
 * @param worlds in how many worlds something went wrong, differently in each
 * @param possible how many there are with one mishap each; if it is more, they are a sample
 * @param seed what the sample, and combinations of mishaps, are drawn from
 */
public record Report(String method, int steps, int worlds, int possible, long seed) {

  @Override
  public String toString() {
    return "%s took effect once; worlds tried: %d (one mishap at one of %d steps: %d; seed %d)"
        .formatted(method, worlds, steps, possible, seed);
  }
}
