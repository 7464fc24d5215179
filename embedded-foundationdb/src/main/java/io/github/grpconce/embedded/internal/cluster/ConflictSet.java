package io.github.grpconce.embedded.internal.cluster;

import io.github.grpconce.embedded.internal.key.KeyRange;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Which part of the key space was written at which version, within the last five seconds.
 *
 * <p>Kept as a few {@link WrittenKeys}, each of which is forgotten as a whole when its time has
 * come. A check looks at those that are newer than the transaction's read version, most often the
 * newest alone, so that it does not matter how many writes the five seconds hold. Not thread-safe.
 */
final class ConflictSet {
  /** Many, so that the newest one is small when the window is full; few enough to look at all. */
  private static final int GENERATIONS_IN_WINDOW = 64;

  private static final long GENERATION_VERSIONS = Storage.WINDOW_VERSIONS / GENERATIONS_IN_WINDOW;

  /** The newest first. */
  private final Deque<WrittenKeys> generations = new ArrayDeque<>();

  /** Whether any key in the range was written after {@code version}. */
  boolean isWrittenAfter(KeyRange range, long version) {
    for (WrittenKeys generation : generations) {
      if (generation.lastVersion() <= version) {
        return false;
      }
      if (generation.isWrittenAfter(range, version)) {
        return true;
      }
    }
    return false;
  }

  /** Notes a write. Versions never decrease. */
  void add(KeyRange range, long version) {
    WrittenKeys newest = generations.peekFirst();
    if (newest == null || version - newest.firstVersion() >= GENERATION_VERSIONS) {
      newest = new WrittenKeys(version);
      generations.addFirst(newest);
    }
    newest.add(range, version);
  }

  /** Forgets writes up to {@code oldest}: nobody asks any more what came after it. */
  void forget(long oldest) {
    for (WrittenKeys last = generations.peekLast();
        last != null && last.lastVersion() <= oldest;
        last = generations.peekLast()) {
      generations.removeLast();
    }
  }

  /** How many writes are kept, which is what the memory depends on. */
  int size() {
    return generations.stream().mapToInt(WrittenKeys::size).sum();
  }
}
