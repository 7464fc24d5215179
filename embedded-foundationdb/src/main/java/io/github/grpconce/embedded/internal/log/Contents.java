package io.github.grpconce.embedded.internal.log;

import io.github.grpconce.embedded.internal.file.FileName;
import io.github.grpconce.embedded.internal.file.FileStorage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which files of a directory count.
 *
 * @param checkpoint the newest, if there is any
 * @param segments those that hold commits after the checkpoint, oldest first
 * @param superseded those that a checkpoint made needless, and files never finished
 */
record Contents(Optional<FileName> checkpoint, List<FileName> segments, List<String> superseded) {

  static Contents of(FileStorage storage) throws IOException {
    List<String> names = storage.list();
    Optional<FileName> checkpoint = files(names, FileName.Kind.CHECKPOINT).max(FileName::compareTo);
    long covered = checkpoint.map(FileName::version).orElse(0L);
    List<FileName> logs = files(names, FileName.Kind.LOG).sorted().toList();
    // The newest segment that starts at or before the checkpoint goes on after it.
    List<FileName> later = logs.stream().filter(log -> log.version() > covered).toList();
    int first = Math.max(0, logs.size() - later.size() - 1);
    List<String> superseded = new ArrayList<>();
    names.stream().filter(FileName::isUnfinished).forEach(superseded::add);
    logs.subList(0, first).forEach(log -> superseded.add(log.toString()));
    files(names, FileName.Kind.CHECKPOINT)
        .filter(file -> file.version() < covered)
        .forEach(file -> superseded.add(file.toString()));
    return new Contents(checkpoint, logs.subList(first, logs.size()), superseded);
  }

  /** The version as of which the checkpoint has everything; 0 if there is none. */
  long checkpointVersion() {
    return checkpoint.map(FileName::version).orElse(0L);
  }

  boolean isEmpty() {
    return checkpoint.isEmpty() && segments.isEmpty();
  }

  private static Stream<FileName> files(List<String> names, FileName.Kind kind) {
    return names.stream()
        .map(FileName::parse)
        .flatMap(Optional::stream)
        .filter(f -> f.kind() == kind);
  }
}
