package io.github.grpconce.embedded.internal.range;

import com.apple.foundationdb.KeyValue;
import io.github.grpconce.embedded.internal.key.KeyRange;
import io.github.grpconce.embedded.internal.key.Keys;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a transaction has read of the database at its read version: FoundationDB's structure of the
 * same name. Not thread-safe.
 */
public final class SnapshotCache {
  /** A range of which everything is known: keys that are not in {@code rows} are absent. */
  @SuppressWarnings("ArrayRecordComponent") // never compared, never a map's key
  public record Known(byte[] begin, byte[] end, List<KeyValue> rows) {
    /** The position of the first row at or behind the key. */
    int indexOf(byte[] key) {
      int low = 0;
      int high = rows.size();
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (Keys.less(rows.get(middle).getKey(), key)) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return low;
    }

    /** A key's value, null if it is absent. */
    public byte @Nullable [] valueOf(byte[] key) {
      int index = indexOf(key);
      boolean present = index < rows.size() && Keys.equal(rows.get(index).getKey(), key);
      return present ? rows.get(index).getValue() : null;
    }
  }

  private static final Known BEFORE_ALL = new Known(Keys.BEGIN, Keys.BEGIN, List.of());
  private static final Known BEHIND_ALL = new Known(Keys.END, Keys.AFTER_END, List.of());

  private final NavigableMap<byte[], Known> entries = new TreeMap<>(Keys.ORDER);
  private final InFlight inFlight = new InFlight();

  public SnapshotCache() {
    put(BEFORE_ALL);
    put(BEHIND_ALL);
  }

  /** What of this has not come yet. */
  public InFlight inFlight() {
    return inFlight;
  }

  private void put(Known known) {
    entries.put(known.begin(), known);
  }

  public CacheCursor cursor() {
    return new CacheCursor(this);
  }

  /** The range that contains a key, null if nothing is known of it. */
  public @Nullable Known at(byte[] key) {
    Known known = floor(key);
    return Keys.less(key, known.end()) ? known : null;
  }

  Known floor(byte[] key) {
    return present(entries.floorEntry(key));
  }

  Known lower(byte[] key) {
    return present(entries.lowerEntry(key));
  }

  Known higher(byte[] key) {
    return present(entries.higherEntry(key));
  }

  private static Known present(Map.@Nullable Entry<byte[], Known> found) {
    if (found == null) {
      throw new IllegalStateException("beyond the borders of the key space");
    }
    return found.getValue();
  }

  /** Remembers what a single key contains of which nothing was known, null for nothing. */
  public void insert(KeyRange point, byte @Nullable [] value) {
    List<KeyValue> rows = value == null ? List.of() : List.of(new KeyValue(point.begin(), value));
    put(new Known(point.begin(), point.end(), rows));
    inFlight.add(point);
  }

  /** Remembers that a range contains these rows, in order, and no others. */
  void insert(byte[] from, byte[] to, List<KeyValue> rows) {
    unknownParts(from, to).forEach(inFlight::add);
    byte[] begin = from;
    Known before = floor(from);
    if (Keys.less(before.begin(), from) && Keys.less(from, before.end())) {
      begin = before.end();
    }
    byte[] end = to;
    Known around = floor(to);
    if (Keys.less(to, around.end())) {
      end = around.begin();
    }
    if (Keys.less(begin, end)) {
      Known known = new Known(begin, end, rows);
      List<KeyValue> kept = List.copyOf(rows.subList(known.indexOf(begin), known.indexOf(end)));
      entries.subMap(begin, true, end, false).clear();
      put(new Known(begin, end, kept));
    }
  }

  private List<KeyRange> unknownParts(byte[] from, byte[] to) {
    List<KeyRange> parts = new ArrayList<>(1);
    byte[] at = from;
    while (Keys.less(at, to)) {
      Known known = at(at);
      if (known != null) {
        at = known.end();
      } else {
        byte[] end = Keys.min(higher(at).begin(), to);
        parts.add(new KeyRange(at, end));
        at = end;
      }
    }
    return parts;
  }
}
