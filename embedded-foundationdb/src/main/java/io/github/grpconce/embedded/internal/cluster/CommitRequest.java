package io.github.grpconce.embedded.internal.cluster;

import io.github.grpconce.embedded.internal.key.KeyRange;
import io.github.grpconce.embedded.internal.key.Mutation;
import java.util.List;

/**
 * What a transaction asks to commit.
 *
 * @param ages whether it is refused when its read version is too old
 */
public record CommitRequest(
    long readVersion,
    boolean ages,
    List<KeyRange> readConflicts,
    List<KeyRange> writeConflicts,
    List<Mutation> mutations) {
  /** One that ages only if it read something, as a blind write can be sent at any time. */
  public CommitRequest(
      long readVersion,
      List<KeyRange> readConflicts,
      List<KeyRange> writeConflicts,
      List<Mutation> mutations) {
    this(readVersion, !readConflicts.isEmpty(), readConflicts, writeConflicts, mutations);
  }
}
