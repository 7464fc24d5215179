package io.github.grpconce.embedded;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Which part of the key space was last written at which version, within the last five seconds.
 *
 * <p>A treap of borders: each carries the version of the last write to the keys from itself up to
 * the next border, and the largest version in its subtree, so that a check of any range costs O(log
 * n). Not thread-safe.
 */
final class ConflictSet {
  private static final long NEVER = 0;

  private final SplittableRandom priorities = new SplittableRandom(0);
  private final Queue<Write> writes = new ArrayDeque<>();
  private @Nullable Border root;

  private static final class Border {
    final byte[] key;
    final int priority;
    final long version;
    long newest;
    @Nullable Border left;
    @Nullable Border right;

    Border(byte[] key, int priority, long version) {
      this.key = key;
      this.priority = priority;
      this.version = version;
      this.newest = version;
    }

    Border refreshed() {
      newest = Math.max(version, Math.max(newestOf(left), newestOf(right)));
      return this;
    }

    static long newestOf(@Nullable Border border) {
      return border == null ? NEVER : border.newest;
    }
  }

  private record Write(KeyRange range, long version) {}

  private record Halves(@Nullable Border left, @Nullable Border right) {}

  /** Whether any key in the range was written after {@code version}. */
  boolean isWrittenAfter(KeyRange range, long version) {
    return versionAt(range.begin()) > version
        || anyAfter(root, range.begin(), range.end(), version, false, false);
  }

  /**
   * Whether a border within (begin, end) is newer; the flags say which limits need no look any
   * more.
   */
  private static boolean anyAfter(
      @Nullable Border at, byte[] begin, byte[] end, long version, boolean above, boolean below) {
    if (at == null || at.newest <= version) {
      return false;
    }
    if (above && below) {
      return true;
    }
    boolean isAbove = above || Keys.less(begin, at.key);
    boolean isBelow = below || Keys.less(at.key, end);
    return (isAbove && isBelow && at.version > version)
        || (isAbove && anyAfter(at.left, begin, end, version, above, isBelow))
        || (isBelow && anyAfter(at.right, begin, end, version, isAbove, below));
  }

  /** The version of the last write to {@code key}, or 0. */
  private long versionAt(byte[] key) {
    long version = NEVER;
    Border at = root;
    while (at != null) {
      if (Keys.less(key, at.key)) {
        at = at.left;
      } else {
        version = at.version;
        at = at.right;
      }
    }
    return version;
  }

  /** Notes a write. Versions never decrease. */
  void add(KeyRange range, long version) {
    long behind = versionAt(range.end());
    Halves outer = split(root, range.begin());
    Halves inner = split(outer.right(), range.end());
    Border right = inner.right();
    if (right == null || !Keys.equal(first(right).key, range.end())) {
      right = merge(border(range.end(), behind), right);
    }
    root = merge(merge(outer.left(), border(range.begin(), version)), right);
    writes.add(new Write(range, version));
  }

  private Border border(byte[] key, long version) {
    return new Border(key, priorities.nextInt(), version);
  }

  /** Forgets the difference between the versions up to {@code oldest}. */
  void forget(long oldest) {
    for (Write write = writes.peek(); write != null && write.version() <= oldest; ) {
      dropIfOld(write.range().begin(), oldest);
      dropIfOld(write.range().end(), oldest);
      writes.remove();
      write = writes.peek();
    }
  }

  /** A border goes when the keys on both its sides are old. */
  private void dropIfOld(byte[] key, long oldest) {
    Halves outer = split(root, key);
    Halves inner = split(outer.right(), Keys.after(key));
    Border middle = inner.left();
    Border before = last(outer.left());
    if (middle != null
        && middle.version <= oldest
        && (before == null || before.version <= oldest)) {
      middle = null;
    }
    root = merge(merge(outer.left(), middle), inner.right());
  }

  /** How many borders are kept, which is what the memory depends on. */
  int size() {
    return size(root);
  }

  private static int size(@Nullable Border at) {
    return at == null ? 0 : 1 + size(at.left) + size(at.right);
  }

  private static Border first(Border tree) {
    Border at = tree;
    while (at.left != null) {
      at = at.left;
    }
    return at;
  }

  private static @Nullable Border last(@Nullable Border tree) {
    Border at = tree;
    while (at != null && at.right != null) {
      at = at.right;
    }
    return at;
  }

  private static Halves split(@Nullable Border tree, byte[] key) {
    if (tree == null) {
      return new Halves(null, null);
    }
    if (Keys.less(tree.key, key)) {
      Halves halves = split(tree.right, key);
      tree.right = halves.left();
      return new Halves(tree.refreshed(), halves.right());
    }
    Halves halves = split(tree.left, key);
    tree.left = halves.right();
    return new Halves(halves.left(), tree.refreshed());
  }

  private static @Nullable Border merge(@Nullable Border left, @Nullable Border right) {
    if (left == null) {
      return right;
    }
    if (right == null) {
      return left;
    }
    if (left.priority > right.priority) {
      left.right = merge(left.right, right);
      return left.refreshed();
    }
    right.left = merge(left, right.left);
    return right.refreshed();
  }
}
