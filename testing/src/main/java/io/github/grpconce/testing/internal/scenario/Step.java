package io.github.grpconce.testing.internal.scenario;

/**
 * Something that a server does which reaches beyond its process, so that it can go wrong.
 *
 * @param number from 1, counted over all servers of a world
 * @param what with its subject, as a transcript has it
 */
public record Step(int number, Kind kind, String what) {

  /** What a step waits for. */
  public enum Kind {
    /** An answer of the store. */
    READ,
    /** The commit of a transaction that writes. */
    COMMIT,
    /** The answer of another service. */
    CALL
  }
}
