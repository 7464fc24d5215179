package io.github.grpconce.testing.internal.verdict;

/**
 * Stands for a value that may differ: that there is one counts, and not what it is.
 *
 * @param why in the words of the test
 */
record Ignored(String why) {

  @Override
  public String toString() {
    return "ignored: " + why;
  }
}
