package io.github.grpconce.embedded.internal.log;

import io.github.grpconce.embedded.internal.file.SimulatedDisk;
import java.io.IOException;
import java.util.Random;
import java.util.concurrent.CompletionException;

/**
 * Looks at the disk in the moment in which a commit is acknowledged: what of it would survive a
 * power cut must hold the commit, for certain and not just by luck.
 */
public final class SyncOrder {
  private static final int COMMITS = 50;

  private SyncOrder() {}

  /**
   * Commits one after the other.
   *
   * @throws AssertionError if a commit was acknowledged before it was synced
   */
  public static void look(long seed) {
    SimulatedDisk disk = SimulatedDisk.empty(new Random(seed));
    LogOptions options = LogOptions.DEFAULT.withCheckpointBytes(3_000);
    try (SimulatedLog log = new SimulatedLog(disk, options, Runnable::run)) {
      for (int i = 0; i < COMMITS; i++) {
        log.append().thenRun(() -> checkSynced(disk, log.ledger().newest())).join();
      }
    } catch (CompletionException early) {
      throw new AssertionError("seed " + seed, early.getCause());
    } catch (IOException impossible) {
      throw new AssertionError(impossible);
    }
  }

  private static void checkSynced(SimulatedDisk disk, long acknowledged) {
    try (SimulatedLog found =
        new SimulatedLog(disk.syncedOnly(), LogOptions.DEFAULT, Runnable::run)) {
      long newest = found.ledger().newest();
      if (newest < acknowledged) {
        throw new AssertionError(
            "version " + acknowledged + " was acknowledged, and synced were those up to " + newest);
      }
    } catch (IOException impossible) {
      throw new AssertionError(impossible);
    }
  }
}
