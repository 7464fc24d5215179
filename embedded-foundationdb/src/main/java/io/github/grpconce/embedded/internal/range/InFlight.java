package io.github.grpconce.embedded.internal.range;

import io.github.grpconce.embedded.internal.key.KeyRange;
import io.github.grpconce.embedded.internal.key.Keys;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The parts of the key space that one life of a transaction has asked the database for, and that
 * have not come yet. They don't overlap. Here their content is known at once; on a cluster it isn't
 * before it comes, and whoever asks again meanwhile waits for an answer of his own. Thread-safe.
 */
public final class InFlight {
  private final NavigableMap<byte[], KeyRange> parts = new TreeMap<>(Keys.ORDER);

  /** Those that were asked for since {@link #takeAsked}. */
  private List<KeyRange> asked = new ArrayList<>(1);

  synchronized void add(KeyRange part) {
    parts.put(part.begin(), part);
    asked.add(part);
  }

  public synchronized boolean isEmpty() {
    return parts.isEmpty();
  }

  /** Whether any key of the range is on its way. */
  public synchronized boolean touches(KeyRange range) {
    Map.Entry<byte[], KeyRange> last = parts.lowerEntry(range.end());
    return last != null && Keys.less(range.begin(), last.getValue().end());
  }

  /** Lets arrive what was asked for since this was called last, when it is run. */
  public synchronized Runnable takeAsked() {
    if (asked.isEmpty()) {
      return () -> {};
    }
    List<KeyRange> together = asked;
    asked = new ArrayList<>(1);
    return () -> arrived(together);
  }

  private synchronized void arrived(List<KeyRange> together) {
    together.forEach(part -> parts.remove(part.begin()));
  }
}
