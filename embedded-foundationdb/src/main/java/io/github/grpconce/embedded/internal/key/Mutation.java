package io.github.grpconce.embedded.internal.key;

import io.github.grpconce.embedded.internal.tree.SortedTree;

/**
 * One change of a transaction, in the order in which it is applied.
 *
 * @param key the key; of a clear, the first key
 * @param param the operand; of a clear, the end key
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, never a map's key
public record Mutation(Operation operation, byte[] key, byte[] param) {
  /** What one mutation costs in a transaction's size, besides its two byte strings. */
  public static final int OVERHEAD_BYTES = 44;

  public static Mutation clear(byte[] begin, byte[] end) {
    return new Mutation(Operation.CLEAR_RANGE, begin, end);
  }

  /** A tree with this set or clear. */
  public SortedTree<byte[]> applyTo(SortedTree<byte[]> tree) {
    return operation == Operation.CLEAR_RANGE ? tree.removeRange(key, param) : tree.put(key, param);
  }

  public int bytes() {
    return key.length + param.length;
  }
}
