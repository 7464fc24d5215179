package io.github.grpconce.embedded.internal.cluster;

import io.github.grpconce.embedded.internal.cluster.Storage.State;
import io.github.grpconce.embedded.internal.key.Mutation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The states of the last five seconds: now and then one as a whole, and the changes in between.
 *
 * <p>Nearly all reads are of the newest state. To keep every tree would be simpler, but the nodes
 * that each commit replaces weigh far more than what it changed, and five seconds of them keep the
 * garbage collector busy. Not thread-safe.
 */
final class History {
  /**
   * So many are made again, and those of one commit, to find an old state: a few milliseconds at
   * worst. With fewer, the kept states would hold most nodes that were replaced after all.
   */
  private static final int MOST_CHANGES = 4096;

  /** So that states go as they get old, however seldom something is committed. */
  private static final long LONGEST_VERSIONS = Storage.WINDOW_VERSIONS / 8;

  private record Commit(long version, List<Mutation> changes) {}

  /** A state, and what was committed after it up to the next one that is kept. */
  private static final class Era {
    final State start;
    final List<Commit> commits = new ArrayList<>();
    int changes;

    Era(State start) {
      this.start = start;
    }

    boolean isFull(long version) {
      return changes >= MOST_CHANGES || version - start.version() >= LONGEST_VERSIONS;
    }

    void add(Commit commit) {
      commits.add(commit);
      changes += commit.changes().size();
    }

    State at(long version) {
      var tree = start.tree();
      for (Commit commit : commits) {
        if (commit.version() > version) {
          break;
        }
        for (Mutation change : commit.changes()) {
          tree = change.applyTo(tree);
        }
      }
      return new State(version, tree);
    }
  }

  private final TreeMap<Long, Era> eras = new TreeMap<>();
  private Era current;
  private State newest;

  /** The state that was found last: who reads at an old version often reads at it again. */
  private @Nullable State found;

  History(State start) {
    newest = start;
    current = begin(start);
  }

  private Era begin(State state) {
    Era era = new Era(state);
    eras.put(state.version(), era);
    return era;
  }

  State newest() {
    return newest;
  }

  /** Adds the next state, which is the newest one with these sets and clears. */
  void add(State next, List<Mutation> changes) {
    if (current.isFull(next.version())) {
      current = begin(next);
    } else {
      current.add(new Commit(next.version(), changes));
    }
    newest = next;
  }

  /** The state at a version, null if it is forgotten. */
  @Nullable State at(long version) {
    if (version >= newest.version()) {
      return new State(version, newest.tree());
    }
    if (found == null || found.version() != version) {
      Map.Entry<Long, Era> era = eras.floorEntry(version);
      found = era == null ? null : era.getValue().at(version);
    }
    return found;
  }

  /** Forgets states that nobody needs to read at this version or a later one. */
  void forget(long oldest) {
    for (Long second = eras.higherKey(eras.firstKey());
        second != null && second <= oldest;
        second = eras.higherKey(second)) {
      eras.pollFirstEntry();
    }
    if (found != null && found.version() < oldest) {
      found = null;
    }
  }

  /** How many states can be read, which is what the memory for old ones depends on. */
  int size() {
    int size = eras.size() + (found == null ? 0 : 1);
    for (Era era : eras.values()) {
      size += era.commits.size();
    }
    return size;
  }
}
