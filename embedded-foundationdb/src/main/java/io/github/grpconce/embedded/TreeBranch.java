package io.github.grpconce.embedded;

import com.apple.foundationdb.KeyValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Neighbouring nodes of equal height, in order. */
final class TreeBranch implements TreeNode {
  /** {@code borders[i]} is at most the first key of {@code children[i]} and above all before it. */
  private final byte[][] borders;

  private final TreeNode[] children;
  private final int size;

  TreeBranch(TreeNode[] children) {
    this.children = children;
    this.borders = new byte[children.length][];
    int sum = 0;
    for (int i = 0; i < children.length; i++) {
      borders[i] = children[i].firstKey();
      sum += children[i].size();
    }
    this.size = sum;
  }

  private TreeBranch(byte[][] borders, TreeNode[] children, int size) {
    this.borders = borders;
    this.children = children;
    this.size = size;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public int parts() {
    return children.length;
  }

  boolean isChain() {
    return children.length == 1;
  }

  TreeNode onlyChild() {
    return children[0];
  }

  @Override
  public byte[] firstKey() {
    return children[0].firstKey();
  }

  /** The child whose part of the key space contains {@code key}. */
  private int childOf(byte[] key) {
    int low = 1;
    int high = children.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (Keys.less(key, borders[middle])) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low - 1;
  }

  @Override
  public byte @Nullable [] get(byte[] key) {
    return children[childOf(key)].get(key);
  }

  @Override
  public int rank(byte[] key) {
    int child = childOf(key);
    return sizeBefore(child) + children[child].rank(key);
  }

  private int sizeBefore(int child) {
    int sum = 0;
    for (int i = 0; i < child; i++) {
      sum += children[i].size();
    }
    return sum;
  }

  @Override
  public byte[] keyAt(int rank) {
    int rest = rank;
    int child = 0;
    while (rest >= children[child].size()) {
      rest -= children[child++].size();
    }
    return children[child].keyAt(rest);
  }

  @Override
  public TreeNode[] put(byte[] key, byte[] value) {
    int child = childOf(key);
    TreeNode[] parts = children[child].put(key, value);
    if (parts.length == 1) {
      TreeNode[] changed = children.clone();
      changed[child] = parts[0];
      int growth = parts[0].size() - children[child].size();
      return new TreeNode[] {new TreeBranch(borders, changed, size + growth)};
    }
    List<TreeNode> grown = new ArrayList<>(Arrays.asList(children));
    grown.set(child, parts[0]);
    grown.add(child + 1, parts[1]);
    return split(grown);
  }

  private static TreeNode[] split(List<TreeNode> children) {
    if (children.size() <= MOST_PARTS) {
      return new TreeNode[] {of(children)};
    }
    int half = children.size() / 2;
    return new TreeNode[] {
      of(children.subList(0, half)), of(children.subList(half, children.size()))
    };
  }

  private static TreeBranch of(List<TreeNode> children) {
    return new TreeBranch(children.toArray(new TreeNode[0]));
  }

  @Override
  public @Nullable TreeNode removeRange(byte[] begin, byte[] end) {
    int first = childOf(begin);
    int last = childOf(end);
    List<TreeNode> rest = new ArrayList<>(Arrays.asList(children).subList(0, first));
    TreeNode left = children[first].removeRange(begin, end);
    if (left != null) {
      rest.add(left);
    }
    TreeNode right = first == last ? null : children[last].removeRange(begin, end);
    if (right != null) {
      rest.add(right);
    }
    rest.addAll(Arrays.asList(children).subList(last + 1, children.length));
    mergeSmall(rest, Math.max(0, first - 1), 3);
    return rest.isEmpty() ? null : of(rest);
  }

  /**
   * Joins each node with too few parts to a neighbour, looking at {@code count} from {@code from}.
   */
  private static void mergeSmall(List<TreeNode> nodes, int from, int count) {
    for (int i = from; i < from + count && nodes.size() > 1 && i < nodes.size(); i++) {
      if (nodes.get(i).parts() < FEWEST_PARTS) {
        int at = i + 1 < nodes.size() ? i : i - 1;
        TreeNode[] joined = nodes.get(at).join(nodes.get(at + 1));
        nodes.set(at, joined[0]);
        if (joined.length == 1) {
          nodes.remove(at + 1);
          i = at - 1;
        } else {
          nodes.set(at + 1, joined[1]);
        }
      }
    }
  }

  @Override
  public TreeNode[] join(TreeNode right) {
    List<TreeNode> both = new ArrayList<>(Arrays.asList(children));
    both.addAll(Arrays.asList(((TreeBranch) right).children));
    mergeSmall(both, children.length - 1, 2);
    return split(both);
  }

  @Override
  public boolean forward(int from, int to, Predicate<KeyValue> visitor) {
    int before = 0;
    for (TreeNode child : children) {
      int low = Math.max(0, from - before);
      int high = Math.min(child.size(), to - before);
      if (low < high && !child.forward(low, high, visitor)) {
        return false;
      }
      before += child.size();
    }
    return true;
  }

  @Override
  public boolean backward(int from, int to, Predicate<KeyValue> visitor) {
    int behind = size;
    for (int i = children.length - 1; i >= 0; i--) {
      behind -= children[i].size();
      int low = Math.max(0, from - behind);
      int high = Math.min(children[i].size(), to - behind);
      if (low < high && !children[i].backward(low, high, visitor)) {
        return false;
      }
    }
    return true;
  }
}
