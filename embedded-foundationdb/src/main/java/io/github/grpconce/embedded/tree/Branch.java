package io.github.grpconce.embedded.tree;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Neighbouring nodes of equal height, in order. */
final class Branch<V> implements Node<V> {
  /**
   * Each border but the first is at most the first key of its child, and above all keys before it.
   * Smaller keys than the first border belong to the first child.
   */
  private final KeyArray borders;

  private final Node<V>[] children;
  private final int size;
  private final long heaviest;

  private Branch(KeyArray borders, Node<V>[] children, int size, long heaviest) {
    this.borders = borders;
    this.children = children;
    this.size = size;
    this.heaviest = heaviest;
  }

  static <V> Branch<V> of(Node<V> left, Node<V> right) {
    return of(List.of(left, right));
  }

  private static <V> Branch<V> of(List<Node<V>> children) {
    byte[][] borders = children.stream().map(Node::firstKey).toArray(byte[][]::new);
    int size = children.stream().mapToInt(Node::size).sum();
    long heaviest = children.stream().mapToLong(Node::heaviest).max().orElse(0);
    return new Branch<>(KeyArray.of(borders), array(children), size, heaviest);
  }

  @SuppressWarnings("unchecked") // nobody but a branch sees the array
  private static <V> Node<V>[] array(List<Node<V>> nodes) {
    return (Node<V>[]) nodes.toArray(new Node<?>[0]);
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public int parts() {
    return children.length;
  }

  Node<V> child(int index) {
    return children[index];
  }

  @Override
  public byte[] firstKey() {
    return children[0].firstKey();
  }

  /** The position of the child whose part of the key space contains the key. */
  private int childOf(byte[] key) {
    int at = borders.lowerBound(key);
    return borders.isAt(at, key) ? at : Math.max(0, at - 1);
  }

  @Override
  public @Nullable V get(byte[] key) {
    return children[childOf(key)].get(key);
  }

  @Override
  public int rank(byte[] key) {
    int at = childOf(key);
    int before = 0;
    for (int i = 0; i < at; i++) {
      before += children[i].size();
    }
    return before + children[at].rank(key);
  }

  @Override
  public byte[] keyAt(int rank) {
    int rest = rank;
    int at = 0;
    while (rest >= children[at].size()) {
      rest -= children[at++].size();
    }
    return children[at].keyAt(rest);
  }

  @Override
  public @Nullable V floor(byte[] key) {
    int at = childOf(key);
    V floor = children[at].floor(key);
    return floor == null && at > 0 ? children[at - 1].floor(key) : floor;
  }

  @Override
  public long heaviest() {
    return heaviest;
  }

  @Override
  public boolean anyHeavier(int from, int to, long than, ToLongFunction<V> weight) {
    int before = 0;
    for (int i = 0; i < children.length && before < to && heaviest > than; i++) {
      int low = Math.max(0, from - before);
      int high = Math.min(children[i].size(), to - before);
      if (low < high && children[i].anyHeavier(low, high, than, weight)) {
        return true;
      }
      before += children[i].size();
    }
    return false;
  }

  @Override
  public Split<V> put(byte[] key, V value, long weight) {
    int at = childOf(key);
    Split<V> split = children[at].put(key, value, weight);
    Node<V> right = split.right();
    if (right != null) {
      return put(at, split.left(), right);
    }
    Node<V>[] changed = children.clone();
    changed[at] = split.left();
    int newSize = size + split.left().size() - children[at].size();
    return new Split<>(new Branch<>(borders, changed, newSize, Math.max(heaviest, weight)), null);
  }

  private Split<V> put(int at, Node<V> left, Node<V> right) {
    List<Node<V>> more = new ArrayList<>(List.of(children));
    more.set(at, left);
    more.add(at + 1, right);
    if (at == 0 || more.size() > MOST_PARTS) {
      return split(more);
    }
    KeyArray moreBorders = borders.insert(at + 1, right.firstKey());
    int newSize = size + left.size() + right.size() - children[at].size();
    long newHeaviest = Math.max(heaviest, Math.max(left.heaviest(), right.heaviest()));
    return new Split<>(new Branch<>(moreBorders, array(more), newSize, newHeaviest), null);
  }

  private static <V> Split<V> split(List<Node<V>> children) {
    if (children.size() <= MOST_PARTS) {
      return new Split<>(of(children), null);
    }
    int half = children.size() / 2;
    return new Split<>(of(children.subList(0, half)), of(children.subList(half, children.size())));
  }

  @Override
  public @Nullable Node<V> removeRange(byte[] begin, byte[] end) {
    int first = childOf(begin);
    int last = childOf(end);
    List<Node<V>> all = List.of(children);
    List<Node<V>> rest = new ArrayList<>(all.subList(0, first));
    addPresent(rest, children[first].removeRange(begin, end));
    if (last > first) {
      addPresent(rest, children[last].removeRange(begin, end));
    }
    rest.addAll(all.subList(last + 1, children.length));
    // What became too small are the one or two nodes behind those that were left alone.
    mergeSmall(rest, first);
    mergeSmall(rest, first + 1);
    return rest.isEmpty() ? null : of(rest);
  }

  private static <V> void addPresent(List<Node<V>> nodes, @Nullable Node<V> node) {
    if (node != null) {
      nodes.add(node);
    }
  }

  /** Joins the node at this position, if there is one and it is too small, to a neighbour. */
  private static <V> void mergeSmall(List<Node<V>> nodes, int at) {
    while (at < nodes.size() && nodes.size() > 1 && nodes.get(at).parts() < FEWEST_PARTS) {
      int left = at + 1 < nodes.size() ? at : at - 1;
      Split<V> joined = nodes.get(left).join(nodes.get(left + 1));
      nodes.set(left, joined.left());
      Node<V> right = joined.right();
      if (right != null) {
        nodes.set(left + 1, right);
        return;
      }
      nodes.remove(left + 1);
    }
  }

  @Override
  public Split<V> join(Node<V> right) {
    List<Node<V>> both = new ArrayList<>(List.of(children));
    both.addAll(List.of(((Branch<V>) right).children));
    mergeSmall(both, children.length - 1);
    mergeSmall(both, children.length);
    return split(both);
  }

  @Override
  public boolean forward(int from, int to, BiPredicate<byte[], V> visitor) {
    int before = 0;
    for (int i = 0; i < children.length && before < to; i++) {
      int low = Math.max(0, from - before);
      int high = Math.min(children[i].size(), to - before);
      if (low < high && !children[i].forward(low, high, visitor)) {
        return false;
      }
      before += children[i].size();
    }
    return true;
  }

  @Override
  public boolean backward(int from, int to, BiPredicate<byte[], V> visitor) {
    int before = size;
    for (int i = children.length - 1; i >= 0 && before > from; i--) {
      before -= children[i].size();
      int low = Math.max(0, from - before);
      int high = Math.min(children[i].size(), to - before);
      if (low < high && !children[i].backward(low, high, visitor)) {
        return false;
      }
    }
    return true;
  }
}
