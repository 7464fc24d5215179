package io.github.grpconce.benchmarks;

import com.apple.foundationdb.Database;
import io.github.grpconce.embedded.EmbeddedDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** A database with rows, in a directory that goes when it is closed. */
final class FilledDatabase implements AutoCloseable {

  private static final int ROWS_PER_TRANSACTION = 10_000;

  private final Path directory;
  private final Database database;

  private FilledDatabase(Path directory, Database database) {
    this.directory = directory;
    this.database = database;
  }

  /**
   * Makes one.
   *
   * @param store {@code synced}, {@code unsynced} or {@code memory}
   * @param futures {@code later}, as fdb-java completes them, or {@code atOnce}
   */
  static FilledDatabase create(String store, String futures, int keys) throws IOException {
    Path directory = Files.createTempDirectory("grpconce-benchmark");
    EmbeddedDatabase.Builder builder =
        EmbeddedDatabase.newBuilder().completeAtOnce(futures.equals("atOnce"));
    if (!store.equals("memory")) {
      builder.directory(directory).sync(store.equals("synced"));
    }
    Database database = builder.build();
    for (int first = 0; first < keys; first += ROWS_PER_TRANSACTION) {
      fill(database, first, Math.min(keys, first + ROWS_PER_TRANSACTION));
    }
    return new FilledDatabase(directory, database);
  }

  Database database() {
    return database;
  }

  @Override
  public void close() throws IOException {
    database.close();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }

  private static void fill(Database database, int from, int to) {
    database.run(
        tr -> {
          for (int i = from; i < to; i++) {
            tr.set(Rows.key(i), Rows.value(i));
          }
          return to;
        });
  }
}
