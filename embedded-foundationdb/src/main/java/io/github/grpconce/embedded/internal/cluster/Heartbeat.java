package io.github.grpconce.embedded.internal.cluster;

import com.apple.foundationdb.async.Cancellable;
import java.time.Duration;
import java.util.List;

/**
 * Commits nothing now and then while nobody else commits anything, so that versions can go on:
 * after a restart they have to be above all that readers were given, and only commits are
 * remembered. FoundationDB's proxies do the same. Thread-safe.
 */
public final class Heartbeat implements AutoCloseable {
  static final Duration INTERVAL = Duration.ofSeconds(10);
  private static final CommitRequest NOTHING =
      new CommitRequest(0, List.of(), List.of(), List.of());

  private final Cluster cluster;
  private long lastSeen;
  private Cancellable next;
  private boolean closed;

  public Heartbeat(Cluster cluster) {
    this.cluster = cluster;
    this.next = nextBeat();
  }

  private Cancellable nextBeat() {
    return cluster.clock().schedule(INTERVAL, this::beat);
  }

  private void beat() {
    long newest = cluster.storage().published().version();
    if (newest == lastSeen) {
      // If it fails, so will the next real commit, which has somebody to tell.
      var unused = cluster.proxy().commit(NOTHING);
    }
    lastSeen = newest;
    synchronized (this) {
      if (!closed) {
        next = nextBeat();
      }
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    next.cancel();
  }
}
