package io.github.grpconce.embedded;

import java.util.List;

/**
 * What a transaction asks to commit.
 *
 * @param ages whether it is refused when its read version is too old
 */
record CommitRequest(
    long readVersion,
    boolean ages,
    List<KeyRange> readConflicts,
    List<KeyRange> writeConflicts,
    List<Mutation> mutations) {
  /** One that ages only if it read something, as a blind write can be sent at any time. */
  CommitRequest(
      long readVersion,
      List<KeyRange> readConflicts,
      List<KeyRange> writeConflicts,
      List<Mutation> mutations) {
    this(readVersion, !readConflicts.isEmpty(), readConflicts, writeConflicts, mutations);
  }
}
