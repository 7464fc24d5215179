package io.github.grpconce.simulation.audit;

/** Something that is wrong after a run. */
public record Finding(Check check, String what) {

  @Override
  public String toString() {
    return check + ": " + what;
  }
}
