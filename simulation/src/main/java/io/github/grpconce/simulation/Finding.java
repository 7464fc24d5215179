package io.github.grpconce.simulation;

/** Something that is wrong after a run. */
record Finding(Check check, String what) {

  @Override
  public String toString() {
    return check + ": " + what;
  }
}
