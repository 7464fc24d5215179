package io.github.grpconce.embedded;

import java.util.List;

/** What a transaction asks to commit. */
record CommitRequest(
    long readVersion,
    List<KeyRange> readConflicts,
    List<KeyRange> writeConflicts,
    List<Mutation> mutations) {}
