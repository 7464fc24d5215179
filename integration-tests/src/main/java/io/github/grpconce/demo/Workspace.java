package io.github.grpconce.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A temporary directory for data and logs.
 *
 * @param root its path
 */
record Workspace(Path root) {

  static Workspace create() throws IOException {
    return new Workspace(Files.createTempDirectory("grpc-once-demo-"));
  }

  /** Returns a new directory in it. */
  Path directory(String name) throws IOException {
    return Files.createDirectory(root.resolve(name));
  }

  void delete() throws IOException {
    try (Stream<Path> paths = Files.walk(root)) {
      List<Path> deepestFirst = paths.sorted(Comparator.reverseOrder()).toList();
      for (Path path : deepestFirst) {
        Files.delete(path);
      }
    }
  }
}
