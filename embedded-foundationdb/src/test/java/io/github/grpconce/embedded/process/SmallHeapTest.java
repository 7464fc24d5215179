package io.github.grpconce.embedded.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.tuple.Tuple;
import io.github.grpconce.embedded.EmbeddedDatabase;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A directory that holds more than a process has memory for. */
final class SmallHeapTest {
  private static final int COMMITS = 60;
  private static final int ROWS_OF_A_COMMIT = 10;
  private static final int VALUE_BYTES = 90_000;

  @TempDir Path directory;

  @Test
  void open_withTooSmallAHeap_isRefusedWithWhatToDoAndLeavesTheDirectoryAlone() throws IOException {
    try (Database database =
        EmbeddedDatabase.newBuilder().directory(directory).sync(false).build()) {
      for (int commit = 0; commit < COMMITS; commit++) {
        fill(database, commit);
      }
    }
    String said = saidByAProcessWith("-Xmx40m");
    assertTrue(said.contains(directory.toString()), said);
    assertTrue(said.contains("-Xmx"), said);
    assertEquals(SmallProcess.OPENED, saidByAProcessWith("-Xmx200m"));
  }

  private static void fill(Database database, int commit) {
    database.run(
        tr -> {
          for (int row = 0; row < ROWS_OF_A_COMMIT; row++) {
            tr.set(Tuple.from(commit, row).pack(), new byte[VALUE_BYTES]);
          }
          return null;
        });
  }

  private String saidByAProcessWith(String heap) throws IOException {
    try (ChildJvm process = ChildJvm.start(SmallProcess.class, directory, heap)) {
      String said = process.nextLine();
      assertNotNull(said, "it ended without a word");
      return said;
    }
  }
}
