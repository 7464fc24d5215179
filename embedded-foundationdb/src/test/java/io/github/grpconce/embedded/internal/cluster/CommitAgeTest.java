package io.github.grpconce.embedded.internal.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.FDBException;
import com.apple.foundationdb.Transaction;
import com.apple.foundationdb.async.Cancellable;
import io.github.grpconce.embedded.EmbeddedDatabase;
import io.github.grpconce.embedded.Timeline;
import io.github.grpconce.embedded.VirtualTime;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/**
 * No commit is more than five seconds younger than what it read, however its thread stood still.
 */
final class CommitAgeTest {
  private static final byte[] KEY = {1};
  private static final long WINDOW_VERSIONS = 5_000_000;
  private static final Duration STANDSTILL = Duration.ofSeconds(60);

  private final JumpingTime time = new JumpingTime();

  /** Lets a minute pass before one of its readings. */
  private static final class JumpingTime implements Timeline {
    final VirtualTime time = new VirtualTime();
    int readingsLeft = Integer.MAX_VALUE;

    @Override
    public long nanoTime() {
      if (readingsLeft-- == 0) {
        time.advance(STANDSTILL);
      }
      return time.nanoTime();
    }

    @Override
    public Cancellable schedule(Duration delay, Runnable task) {
      return time.schedule(delay, task);
    }
  }

  @Test
  void standstillAtAnyReadingOfTheClock_neverCommitsLate() {
    int reading = 0;
    int refused = 0;
    boolean hasJumped = true;
    while (hasJumped) {
      try (Database database =
              EmbeddedDatabase.newBuilder().timeline(time).executor(time.time).build();
          Transaction tr = database.createTransaction()) {
        long read = tr.getReadVersion().join();
        tr.get(KEY).join();
        tr.set(KEY, KEY);
        time.readingsLeft = reading++;
        refused += commit(tr) == 1007 ? 1 : 0;
        hasJumped = time.readingsLeft < 0;
        time.readingsLeft = Integer.MAX_VALUE;
        long committed = tr.getCommittedVersion();
        assertTrue(committed - read <= WINDOW_VERSIONS, (committed - read) + " versions later");
      }
    }
    assertTrue(refused > 0, "a reading decided");
    assertTrue(reading > refused, "the last commit met no standstill");
  }

  @Test
  void blindCommitThatNeedsNoProof_neverAges() {
    try (Database database =
            EmbeddedDatabase.newBuilder().timeline(time).executor(time.time).build();
        Transaction tr = database.createTransaction()) {
      tr.getReadVersion().join();
      tr.options().setCausalWriteRisky();
      tr.set(KEY, KEY);
      time.time.advance(STANDSTILL);
      assertEquals(0, commit(tr));
    }
  }

  private static int commit(Transaction tr) {
    try {
      tr.commit().join();
      return 0;
    } catch (CompletionException failure) {
      return ((FDBException) failure.getCause()).getCode();
    }
  }
}
