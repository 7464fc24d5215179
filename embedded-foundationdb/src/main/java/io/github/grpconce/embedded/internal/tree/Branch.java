package io.github.grpconce.embedded.internal.tree;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Neighbouring nodes of equal height, in order. */
final class Branch<V> implements Node<V> {
  /** Twice as many as a leaf's entries: a lower tree has fewer nodes on each way through it. */
  private static final int MOST_CHILDREN = 64;

  private static final int FEWEST_CHILDREN = MOST_CHILDREN / 4;

  /**
   * Each border but the first is at most the first key of its child, and above all keys before it.
   * Smaller keys than the first border belong to the first child.
   */
  private final KeyArray borders;

  private final Node<V>[] children;

  /** How many entries there are in each child and those before it. */
  private final int[] sizes;

  private final long heaviest;

  private Branch(KeyArray borders, Node<V>[] children, int[] sizes, long heaviest) {
    this.borders = borders;
    this.children = children;
    this.sizes = sizes;
    this.heaviest = heaviest;
  }

  static <V> Branch<V> of(Node<V> left, Node<V> right) {
    return of(List.of(left, right));
  }

  private static <V> Branch<V> of(List<Node<V>> children) {
    byte[][] borders = new byte[children.size()][];
    int[] sizes = new int[children.size()];
    int size = 0;
    long heaviest = 0;
    for (int i = 0; i < borders.length; i++) {
      Node<V> child = children.get(i);
      borders[i] = child.firstKey();
      size += child.size();
      sizes[i] = size;
      heaviest = Math.max(heaviest, child.heaviest());
    }
    return new Branch<>(KeyArray.of(borders), array(children), sizes, heaviest);
  }

  @SuppressWarnings("unchecked") // nobody but a branch sees the array
  private static <V> Node<V>[] array(List<Node<V>> nodes) {
    return (Node<V>[]) nodes.toArray(new Node<?>[0]);
  }

  @Override
  public int size() {
    return sizes[sizes.length - 1];
  }

  @Override
  public int parts() {
    return children.length;
  }

  @Override
  public boolean isTooLarge() {
    return children.length > MOST_CHILDREN;
  }

  @Override
  public boolean isTooSmall() {
    return children.length < FEWEST_CHILDREN;
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
    return Math.max(0, borders.floor(key));
  }

  @Override
  public @Nullable V get(byte[] key) {
    return children[childOf(key)].get(key);
  }

  private int sizeBefore(int at) {
    return at == 0 ? 0 : sizes[at - 1];
  }

  @Override
  public int rank(byte[] key) {
    int at = childOf(key);
    return sizeBefore(at) + children[at].rank(key);
  }

  @Override
  public byte[] keyAt(int rank) {
    int found = Arrays.binarySearch(sizes, rank);
    int at = found < 0 ? -1 - found : found + 1;
    return children[at].keyAt(rank - sizeBefore(at));
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
  public boolean anyHeavier(byte[] begin, byte[] end, long than, ToLongFunction<V> weight) {
    int last = childOf(end);
    for (int i = childOf(begin); i <= last; i++) {
      if (children[i].heaviest() > than && children[i].anyHeavier(begin, end, than, weight)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public Node<V> put(byte[] key, V value, long weight) {
    int at = childOf(key);
    Node<V> child = children[at].put(key, value, weight);
    return child.isTooLarge() ? withHalves(at, child) : with(at, child);
  }

  /** This node with another child in the place of one, whose borders fit it as well. */
  private Branch<V> with(int at, Node<V> child) {
    Node<V>[] changed = children.clone();
    changed[at] = child;
    int more = child.size() - children[at].size();
    int[] newSizes = sizes;
    if (more != 0) {
      newSizes = sizes.clone();
      for (int i = at; i < newSizes.length; i++) {
        newSizes[i] += more;
      }
    }
    return new Branch<>(borders, changed, newSizes, Math.max(heaviest, child.heaviest()));
  }

  private Branch<V> withHalves(int at, Node<V> child) {
    List<Node<V>> more = new ArrayList<>(children.length + 1);
    more.addAll(Arrays.asList(children));
    more.remove(at);
    addHalves(more, at, child);
    return of(more);
  }

  private static <V> void addHalves(List<Node<V>> nodes, int at, Node<V> node) {
    int half = node.parts() / 2;
    nodes.add(at, node.slice(0, half));
    nodes.add(at + 1, node.slice(half, node.parts()));
  }

  @Override
  public @Nullable Node<V> removeRange(byte[] begin, byte[] end) {
    int first = childOf(begin);
    int last = childOf(end);
    Node<V> left = children[first].removeRange(begin, end);
    if (first == last && left != null && !left.isTooSmall()) {
      return left == children[first] ? this : with(first, left);
    }
    List<Node<V>> all = Arrays.asList(children);
    List<Node<V>> rest = new ArrayList<>(all.subList(0, first));
    addPresent(rest, left);
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
    while (at < nodes.size() && nodes.size() > 1 && nodes.get(at).isTooSmall()) {
      int left = at + 1 < nodes.size() ? at : at - 1;
      Node<V> joined = nodes.get(left).join(nodes.remove(left + 1));
      if (joined.isTooLarge()) {
        nodes.remove(left);
        addHalves(nodes, left, joined);
        return;
      }
      nodes.set(left, joined);
    }
  }

  @Override
  public Node<V> join(Node<V> right) {
    List<Node<V>> both = new ArrayList<>(Arrays.asList(children));
    both.addAll(Arrays.asList(((Branch<V>) right).children));
    mergeSmall(both, children.length - 1);
    mergeSmall(both, children.length);
    return of(both);
  }

  @Override
  public Node<V> slice(int from, int to) {
    return of(Arrays.asList(children).subList(from, to));
  }

  @Override
  public boolean forward(byte[] begin, byte[] end, BiPredicate<byte[], V> visitor) {
    int last = childOf(end);
    for (int i = childOf(begin); i <= last; i++) {
      if (!children[i].forward(begin, end, visitor)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public boolean backward(byte[] begin, byte[] end, BiPredicate<byte[], V> visitor) {
    int first = childOf(begin);
    for (int i = childOf(end); i >= first; i--) {
      if (!children[i].backward(begin, end, visitor)) {
        return false;
      }
    }
    return true;
  }
}
