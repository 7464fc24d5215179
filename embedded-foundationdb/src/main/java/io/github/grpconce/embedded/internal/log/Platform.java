package io.github.grpconce.embedded.internal.log;

import io.github.grpconce.embedded.internal.file.DiskStorage;
import io.github.grpconce.embedded.internal.file.FileStorage;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Executor;

/**
 * What a log runs on. Tests run it on a simulated disk, in one thread.
 *
 * @param writer runs one task at a time
 * @param checkpoints runs long tasks
 * @param warnings told what costs no commit, but wants attention
 * @param resources closed when the log is
 */
record Platform(
    FileStorage storage,
    Executor writer,
    Executor checkpoints,
    System.Logger warnings,
    Closeable resources)
    implements Closeable {

  /** A directory, which is locked, and two threads. */
  static Platform of(Path directory) throws IOException {
    DiskStorage storage = DiskStorage.open(directory);
    LogThread writer = new LogThread("grpconce-log-writer");
    LogThread checkpoints = new LogThread("grpconce-log-checkpoint");
    Closeable resources =
        () -> {
          try (storage;
              checkpoints;
              writer) {
            // The threads end before the files that they use.
          }
        };
    System.Logger warnings = System.getLogger(CommitLog.class.getName());
    return new Platform(storage, writer, checkpoints, warnings, resources);
  }

  @Override
  public void close() throws IOException {
    resources.close();
  }
}
