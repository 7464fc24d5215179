package io.github.grpconce.demo.foreign;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds programs that may be installed or not. */
final class Program {

  /** Debian puts servers where only root's path leads. */
  private static final String FOR_ROOT = "/usr/sbin";

  private Program() {}

  /** Returns where a program is, on the path or where servers are. */
  static Optional<Path> find(String name) {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    return Stream.concat(Arrays.stream(path.split(":")), Stream.of(FOR_ROOT))
        .map(directory -> Path.of(directory, name))
        .filter(Files::isExecutable)
        .findFirst();
  }
}
