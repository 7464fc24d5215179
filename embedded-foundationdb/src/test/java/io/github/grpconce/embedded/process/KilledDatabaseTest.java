package io.github.grpconce.embedded.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.KeyValue;
import com.apple.foundationdb.ReadTransaction;
import io.github.grpconce.embedded.EmbeddedDatabase;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Scanner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills processes with SIGKILL; 10 times, or 200 times with {@code -Dgrpconce.long=true}. */
final class KilledDatabaseTest {
  private static final int KILLS = Boolean.getBoolean("grpconce.long") ? 200 : 10;

  @TempDir Path directory;

  private final long[] acknowledged = new long[DatabaseProcess.WORKERS];
  private long newestVersion;

  @Test
  void killedProcess_losesNoAcknowledgedCommitAndHalvesNone() throws IOException {
    Random random = new Random();
    for (int kill = 0; kill < KILLS; kill++) {
      runAndKill(random.nextInt(4) == 0 ? 0 : random.nextInt(2_000));
      if (random.nextBoolean()) { // otherwise the next process finds what the kill left
        check();
      }
    }
    check();
    assertTrue(Arrays.stream(acknowledged).sum() > 0);
  }

  /**
   * A life.
   *
   * @param commits how many to wait for; with 0 the process is killed while it recovers
   */
  private void runAndKill(int commits) throws IOException {
    long versionBefore = newestVersion;
    try (ChildJvm process = ChildJvm.start(DatabaseProcess.class, directory)) {
      assertEquals("opening", process.nextLine());
      if (commits == 0) {
        process.kill();
      }
      int said = 0;
      for (String line = process.nextLine(); line != null; line = process.nextLine()) {
        note(line, versionBefore);
        if (++said == commits) {
          process.kill();
        }
      }
      assertEquals(ChildJvm.KILLED, process.exitStatus());
    }
  }

  private void note(String line, long versionBefore) {
    Scanner words = new Scanner(line);
    int worker = words.nextInt();
    long count = words.nextLong();
    long version = words.nextLong();
    assertTrue(count > acknowledged[worker], line);
    assertTrue(version > versionBefore, () -> line + " comes before " + versionBefore);
    acknowledged[worker] = count;
    newestVersion = Math.max(newestVersion, version);
  }

  private void check() {
    try (Database database = EmbeddedDatabase.open(directory)) {
      database.run(
          tr -> {
            check(tr);
            return null;
          });
    }
  }

  private void check(ReadTransaction tr) {
    assertTrue(tr.getReadVersion().join() > newestVersion);
    long sum = 0;
    for (int worker = 0; worker < DatabaseProcess.WORKERS; worker++) {
      long count = DatabaseProcess.number(tr, DatabaseProcess.FIRST.pack(worker));
      assertEquals(count, DatabaseProcess.number(tr, DatabaseProcess.SECOND.pack(worker)));
      assertTrue(count >= acknowledged[worker], "worker " + worker + " lost a commit");
      acknowledged[worker] = count;
      sum += count;
    }
    assertEquals(sum, DatabaseProcess.number(tr, DatabaseProcess.COMMON));
    List<KeyValue> stamps = tr.getRange(DatabaseProcess.STAMPS.range()).asList().join();
    assertEquals(sum, stamps.size());
    for (KeyValue stamp : stamps) {
      newestVersion = Math.max(newestVersion, version(stamp.getKey()));
    }
  }

  private static long version(byte[] stampedKey) {
    return ByteBuffer.wrap(stampedKey).getLong(DatabaseProcess.STAMPS.pack().length);
  }
}
