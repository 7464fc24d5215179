package io.github.grpconce.embedded.internal.cluster;

import io.github.grpconce.embedded.internal.key.Mutation;
import io.github.grpconce.embedded.internal.key.Operation;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A commit in the log: for each mutation {@code kind(1) keyLength(4) paramLength(4) key param}.
 *
 * <p>Only sets and clears get there: what an atomic operation did is stored, not what it was, so
 * that nothing is computed a second time.
 */
final class CommitCodec {
  private static final byte SET = 0;
  private static final byte CLEAR = 1;
  private static final int HEAD_BYTES = 1 + 2 * Integer.BYTES;

  private CommitCodec() {}

  static byte[] encode(List<Mutation> mutations) {
    int bytes = mutations.stream().mapToInt(mutation -> HEAD_BYTES + mutation.bytes()).sum();
    ByteBuffer commit = ByteBuffer.allocate(bytes);
    for (Mutation mutation : mutations) {
      commit.put(kind(mutation.operation()));
      commit.putInt(mutation.key().length).putInt(mutation.param().length);
      commit.put(mutation.key()).put(mutation.param());
    }
    return commit.array();
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws IllegalStateException if it is anything else
   */
  static List<Mutation> decode(byte[] commit) {
    ByteBuffer rest = ByteBuffer.wrap(commit);
    List<Mutation> mutations = new ArrayList<>();
    while (rest.hasRemaining()) {
      require(rest.remaining() >= HEAD_BYTES);
      Operation operation = operation(rest.get());
      int keyLength = rest.getInt();
      int paramLength = rest.getInt();
      // Before so many bytes are asked for.
      require(keyLength >= 0 && paramLength >= 0 && keyLength <= rest.remaining() - paramLength);
      byte[] key = new byte[keyLength];
      byte[] param = new byte[paramLength];
      rest.get(key).get(param);
      mutations.add(new Mutation(operation, key, param));
    }
    return mutations;
  }

  private static void require(boolean whole) {
    if (!whole) {
      throw new IllegalStateException(
          "a stored commit is damaged, although its checksum is right: restore the directory from"
              + " a copy");
    }
  }

  private static byte kind(Operation operation) {
    return switch (operation) {
      case SET -> SET;
      case CLEAR_RANGE -> CLEAR;
      default -> throw new IllegalArgumentException(operation + " was not resolved");
    };
  }

  private static Operation operation(byte kind) {
    return switch (kind) {
      case SET -> Operation.SET;
      case CLEAR -> Operation.CLEAR_RANGE;
      default -> throw new IllegalStateException("a stored mutation is of kind " + kind);
    };
  }
}
