package io.github.grpconce.embedded.internal.log;

import io.github.grpconce.embedded.process.ChildJvm;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * A process of its own that commits as fast as it can until it is killed, and says each version
 * that was acknowledged. The first is 0, said just before the directory is opened.
 */
final class LogProcess {

  private static final int CONCURRENT_COMMITS = 32;

  private LogProcess() {}

  public static void main(String[] args) throws InterruptedException {
    ChildJvm.say("0");
    Ledger ledger = new Ledger();
    try (CommitLog log = open(Path.of(args[0]), ledger)) {
      Semaphore room = new Semaphore(CONCURRENT_COMMITS);
      for (long next = log.recoveredVersion() + 1; ; next++) {
        long version = next;
        room.acquire();
        log.append(version, Ledger.content(version))
            .thenRun(() -> ledger.add(version))
            .thenRun(() -> ChildJvm.say(Long.toString(version)))
            .whenComplete((done, failure) -> room.release())
            .exceptionally(LogProcess::die);
      }
    } catch (IllegalStateException e) {
      System.err.println(e.getMessage());
      System.exit(1);
    }
  }

  private static CommitLog open(Path directory, Ledger ledger) {
    LogOptions options = LogOptions.DEFAULT.withCheckpointBytes(100_000);
    return CommitLog.open(directory, options, ledger, ledger::snapshot);
  }

  private static @Nullable Void die(Throwable failure) {
    failure.printStackTrace();
    Runtime.getRuntime().halt(1);
    return null;
  }
}
