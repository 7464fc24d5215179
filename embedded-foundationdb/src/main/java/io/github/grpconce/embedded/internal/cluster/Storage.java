package io.github.grpconce.embedded.internal.cluster;

import io.github.grpconce.embedded.internal.key.EmbeddedException;
import io.github.grpconce.embedded.internal.key.FdbError;
import io.github.grpconce.embedded.internal.key.Mutation;
import io.github.grpconce.embedded.internal.runtime.Clock;
import io.github.grpconce.embedded.internal.tree.SortedTree;
import java.util.List;

/**
 * The versions of the database that can be read: those of the last five seconds.
 *
 * <p>Versions tick with the timeline, a million a second, whether or not anything is committed, and
 * no version is handed out to a reader and then given to a commit. Thread-safe.
 */
public final class Storage {
  static final long VERSIONS_PER_SECOND = 1_000_000;

  /** Of a database that never had a commit. */
  public static final long FIRST_VERSION = 1;

  /** How far back a read or a commit can be. */
  static final long WINDOW_VERSIONS = 5 * VERSIONS_PER_SECOND;

  /**
   * How far versions may be ahead of the newest state that can be read while a commit is being
   * stored: when the disk stands still for long, so do they, lest that state becomes too old.
   */
  private static final long MOST_VERSIONS_AHEAD_OF_STORE = WINDOW_VERSIONS / 2;

  private static final long NANOS_PER_VERSION = 1_000_000_000L / VERSIONS_PER_SECOND;

  /** What the database contains at a version. */
  public record State(long version, SortedTree<byte[]> tree) {}

  private final Clock clock;
  private final long startNanos;
  private final long startVersion;
  private final long mostVersionsAhead;
  private final History history;

  /** Versions stand still here until something is published. */
  private volatile long limitVersion;

  /** The largest version that was given to a commit or to a reader. */
  private long lastVersion;

  private int unpublished;

  /** The version just before the oldest commit that was unpublished when there was none. */
  private long versionBefore;

  /**
   * A storage whose versions nobody remembers, so that they may go on for ever without a commit.
   */
  public Storage(Clock clock, State start) {
    this(clock, start, Long.MAX_VALUE / 2);
  }

  /**
   * A storage.
   *
   * @param mostVersionsAhead how far the versions that readers get may be ahead of the newest
   *     published commit
   */
  Storage(Clock clock, State start, long mostVersionsAhead) {
    this.clock = clock;
    this.mostVersionsAhead = mostVersionsAhead;
    this.limitVersion = start.version() + mostVersionsAhead;
    this.startNanos = clock.nanoTime();
    this.startVersion = start.version();
    this.lastVersion = start.version();
    this.history = new History(start);
  }

  private long clockVersion() {
    long passed = (clock.nanoTime() - startNanos) / NANOS_PER_VERSION;
    return Math.min(startVersion + passed, limitVersion);
  }

  /** The newest state that can be read. */
  public synchronized State newest() {
    if (unpublished == 0) {
      lastVersion = Math.max(lastVersion, clockVersion());
    }
    return new State(newestVersion(), published().tree());
  }

  private long newestVersion() {
    return unpublished == 0 ? lastVersion : Math.max(published().version(), versionBefore);
  }

  /** The state that the newest published commit left. */
  synchronized State published() {
    return history.newest();
  }

  /**
   * The state at a version.
   *
   * @throws EmbeddedException 1007 or 1009
   */
  public synchronized State at(long version) {
    if (version < oldestVersion()) {
      throw FdbError.TRANSACTION_TOO_OLD.exception();
    }
    if (version > newest().version()) {
      throw FdbError.FUTURE_VERSION.exception();
    }
    State state = history.at(version);
    if (state == null) {
      throw FdbError.TRANSACTION_TOO_OLD.exception();
    }
    return state;
  }

  /** What was read below this version is too old. */
  public long oldestVersion() {
    return clockVersion() - WINDOW_VERSIONS;
  }

  /** A version for a commit that has to be {@linkplain #publish published} later. */
  synchronized long nextCommitVersion() {
    lastVersion = Math.max(lastVersion + 1, clockVersion());
    if (unpublished++ == 0) {
      versionBefore = lastVersion - 1; // the published one may be older than the window
      limitVersions();
    }
    return lastVersion;
  }

  /** Takes back a commit version: its commit will not be published. */
  synchronized void withdraw() {
    unpublished--;
    limitVersions();
  }

  /**
   * Lets readers see a commit. Commits are published in the order of their versions.
   *
   * @param changes what makes this state of the one before
   */
  synchronized void publish(State state, List<Mutation> changes) {
    unpublished--;
    history.add(state, changes);
    limitVersions();
    history.forget(oldestVersion());
  }

  private void limitVersions() {
    limitVersion =
        unpublished == 0
            ? published().version() + mostVersionsAhead
            : newestVersion() + Math.min(mostVersionsAhead, MOST_VERSIONS_AHEAD_OF_STORE);
  }

  /** How many states are kept, which is what the memory for old versions depends on. */
  synchronized int statesKept() {
    return history.size();
  }
}
