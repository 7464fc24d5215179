package io.github.grpconce.embedded.internal.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.grpconce.embedded.process.ChildJvm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills processes with SIGKILL; 10 times, or 200 times with {@code -Dgrpconce.long=true}. */
final class KillTest {

  private static final int KILLS = Boolean.getBoolean("grpconce.long") ? 200 : 10;

  @TempDir Path directory;

  @Test
  void killedProcess_losesNothingThatItAcknowledged() throws IOException {
    Random random = new Random();
    long acknowledged = 0;
    for (int kill = 1; kill <= KILLS; kill++) {
      int commits = random.nextInt(4) == 0 ? 0 : random.nextInt(3_000);
      acknowledged = Math.max(acknowledged, runAndKill(commits));
      if (random.nextBoolean()) { // otherwise the next process finds what the kill left
        acknowledged = recover(acknowledged);
      }
    }
    assertTrue(recover(acknowledged) > 0);
  }

  /**
   * Returns the newest version that was acknowledged, 0 if none was.
   *
   * @param commits how many to wait for; with 0 the process is killed while it recovers
   */
  private long runAndKill(int commits) throws IOException {
    try (ChildJvm process = ChildJvm.start(LogProcess.class, directory)) {
      long newest = 0;
      String version = process.nextLine();
      for (int i = 0; version != null; i++) {
        newest = Long.parseLong(version);
        if (i == commits) {
          process.kill();
        }
        version = process.nextLine();
      }
      assertEquals(ChildJvm.KILLED, process.exitStatus());
      return newest;
    }
  }

  /** Returns the newest version; the ledger has checked the contents. */
  private long recover(long acknowledged) {
    Ledger ledger = new Ledger();
    CommitLog.open(directory, LogOptions.DEFAULT, ledger, ledger::snapshot).close();
    long newest = ledger.newest();
    assertTrue(newest >= acknowledged, () -> acknowledged + " was acknowledged, but not " + newest);
    assertEquals(LongStream.rangeClosed(1, newest).boxed().toList(), ledger.versions());
    return newest;
  }
}
