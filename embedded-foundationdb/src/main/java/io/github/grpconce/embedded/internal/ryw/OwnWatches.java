package io.github.grpconce.embedded.internal.ryw;

import io.github.grpconce.embedded.internal.cluster.Watch;
import io.github.grpconce.embedded.internal.key.KeyRange;
import io.github.grpconce.embedded.internal.key.Keys;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The watches that one life of a transaction asked for. Each waits for the value to differ from the
 * one that this transaction saw: it fires at once when the transaction changes the key itself, or
 * when that value comes, if the transaction wrote another one before. Not thread-safe.
 */
final class OwnWatches {
  private final TreeMap<byte[], List<Watch>> watches = new TreeMap<>(Keys.ORDER);

  /** Those whose value has not come, and what the transaction wrote there meanwhile, if it did. */
  private final Map<Watch, @Nullable Written> arriving = new LinkedHashMap<>(0);

  @SuppressWarnings("ArrayRecordComponent") // never compared, never a map's key
  private record Written(byte @Nullable [] value) {}

  /** To be fired when no lock is held. */
  private final List<Watch> fired = new ArrayList<>(0);

  /**
   * Adds a watch.
   *
   * @param known whether its value has come
   */
  void add(Watch watch, boolean known) {
    if (!known) {
      arriving.put(watch, null);
    }
    watches.computeIfAbsent(watch.key(), key -> new ArrayList<>(1)).add(watch);
  }

  /** The keys in a range have this value now, null if they are absent. */
  void changed(KeyRange range, byte @Nullable [] value) {
    fire(range, watch -> isChanged(watch, value));
  }

  /** The keys in a range have a value now that only the commit will show. */
  void changed(KeyRange range) {
    fire(range, watch -> true);
  }

  /** While nobody knows what was there before, a second value is known to be a change. */
  private boolean isChanged(Watch watch, byte @Nullable [] value) {
    if (!arriving.containsKey(watch)) {
      return !Arrays.equals(watch.value(), value);
    }
    Written before = arriving.put(watch, new Written(value));
    return before != null && !Arrays.equals(before.value, value);
  }

  private void fire(KeyRange range, Predicate<Watch> isChanged) {
    if (watches.isEmpty()) {
      return;
    }
    for (List<Watch> same : watches.subMap(range.begin(), range.end()).values()) {
      List<Watch> changed = same.stream().filter(isChanged).toList();
      same.removeAll(changed);
      changed.forEach(arriving::remove);
      fired.addAll(changed);
    }
  }

  /** The values that the transaction saw have come, for all watches. */
  void arrived() {
    arriving.forEach(this::fireIfChanged);
    arriving.clear();
  }

  private void fireIfChanged(Watch watch, @Nullable Written written) {
    if (written != null && !Arrays.equals(watch.value(), written.value)) {
      watches.getOrDefault(watch.key(), new ArrayList<>(0)).remove(watch);
      fired.add(watch);
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
