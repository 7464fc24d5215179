package io.github.grpconce.embedded;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The watches that one life of a transaction asked for. Each waits for the value to differ from the
 * one that this transaction saw: it fires at once when the transaction changes the key itself. Not
 * thread-safe.
 */
final class OwnWatches {
  private final TreeMap<byte[], List<Watch>> watches = new TreeMap<>(Keys.ORDER);

  /** To be fired when no lock is held. */
  private final List<Watch> fired = new ArrayList<>(0);

  void add(Watch watch) {
    watches.computeIfAbsent(watch.key(), key -> new ArrayList<>(1)).add(watch);
  }

  /** The keys in a range have this value now, null if they are absent. */
  void changed(KeyRange range, byte @Nullable [] value) {
    fire(range, watch -> !Arrays.equals(watch.value(), value));
  }

  /** The keys in a range have a value now that only the commit will show. */
  void changed(KeyRange range) {
    fire(range, watch -> true);
  }

  private void fire(KeyRange range, Predicate<Watch> isChanged) {
    if (watches.isEmpty()) {
      return;
    }
    for (List<Watch> same : watches.subMap(range.begin(), range.end()).values()) {
      same.removeIf(
          watch -> {
            boolean changed = isChanged.test(watch);
            if (changed) {
              fired.add(watch);
            }
            return changed;
          });
    }
  }

  /** The watches that have to be fired now. */
  List<Watch> takeFired() {
    if (fired.isEmpty()) {
      return List.of();
    }
    List<Watch> taken = List.copyOf(fired);
    fired.clear();
    return taken;
  }
}
