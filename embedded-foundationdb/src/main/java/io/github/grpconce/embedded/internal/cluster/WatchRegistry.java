package io.github.grpconce.embedded.internal.cluster;

import io.github.grpconce.embedded.internal.key.Keys;
import io.github.grpconce.embedded.internal.key.Mutation;
import io.github.grpconce.embedded.internal.key.Operation;
import io.github.grpconce.embedded.internal.tree.SortedTree;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;

/**
 * The watches that wait for a commit to change their key. Thread-safe; no watch is fired while the
 * lock is held.
 */
final class WatchRegistry {
  private final TreeMap<byte[], List<Watch>> watches = new TreeMap<>(Keys.ORDER);

  /** Waits for the key's value to differ from the watched one, which it may do already. */
  void arm(Watch watch, Storage storage) {
    synchronized (this) {
      watches.computeIfAbsent(watch.key(), key -> new ArrayList<>(1)).add(watch);
    }
    // Only after it was added, so that no commit falls between.
    if (!Arrays.equals(watch.value(), storage.newest().tree().get(watch.key()))) {
      disarm(watch);
      watch.changed();
    }
  }

  /** Forgets a watch that nobody waits for any more. */
  synchronized void disarm(Watch watch) {
    List<Watch> same = watches.get(watch.key());
    if (same != null && same.remove(watch) && same.isEmpty()) {
      watches.remove(watch.key());
    }
  }

  /** Fires the watches whose value is no longer the watched one. */
  void changed(List<Mutation> changes, SortedTree<byte[]> tree) {
    List<Watch> fired = new ArrayList<>(0);
    synchronized (this) {
      if (watches.isEmpty()) {
        return;
      }
      for (Mutation change : changes) {
        collect(change, tree, fired);
      }
    }
    fired.forEach(Watch::changed);
  }

  private void collect(Mutation change, SortedTree<byte[]> tree, List<Watch> fired) {
    byte[] end =
        change.operation() == Operation.CLEAR_RANGE ? change.param() : Keys.after(change.key());
    Collection<List<Watch>> touched = watches.subMap(change.key(), end).values();
    for (List<Watch> same : touched) {
      for (Watch watch : same) {
        if (!Arrays.equals(watch.value(), tree.get(watch.key()))) {
          fired.add(watch);
        }
      }
      same.removeAll(fired);
    }
    touched.removeIf(List::isEmpty);
  }

  /** How many watches wait. */
  synchronized int size() {
    return watches.values().stream().mapToInt(List::size).sum();
  }
}
