package io.github.grpconce.embedded.internal.cluster;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.grpconce.embedded.internal.key.Mutation;
import io.github.grpconce.embedded.internal.key.Operation;
import io.github.grpconce.embedded.internal.log.Damaged;
import io.github.grpconce.embedded.internal.tree.SortedTree;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

final class CommitCodecTest {

  private static final byte[] STORED =
      CommitCodec.encode(
          List.of(
              new Mutation(Operation.SET, new byte[] {1}, new byte[] {2, 3}),
              Mutation.clear(new byte[] {4}, new byte[] {5, 6}),
              new Mutation(Operation.SET, new byte[0], new byte[0])));

  @Property
  void whatIsEncoded_isDecodedAgain(@ForAll("commits") List<Mutation> commit) {
    byte[] encoded = CommitCodec.encode(commit);

    assertArrayEquals(encoded, CommitCodec.encode(CommitCodec.decode(encoded)));
  }

  @Provide
  Arbitrary<List<Mutation>> commits() {
    Arbitrary<byte[]> bytes = Arbitraries.bytes().array(byte[].class).ofMaxSize(20);
    return Combinators.combine(Arbitraries.of(Operation.SET, Operation.CLEAR_RANGE), bytes, bytes)
        .as(Mutation::new)
        .list()
        .ofMaxSize(5);
  }

  @Property
  void damagedCommit_isRefusedOrApplied(@ForAll("damaged") byte[] stored) {
    try {
      SortedTree<byte[]> tree = SortedTree.empty();
      for (Mutation mutation : CommitCodec.decode(stored)) {
        tree = mutation.applyTo(tree);
      }
    } catch (IllegalStateException e) {
      assertTrue(e.getMessage().startsWith("a stored "), e.getMessage());
    }
  }

  @Provide
  Arbitrary<byte[]> damaged() {
    return Damaged.of(STORED);
  }

  @Example
  void lengthThatCannotBe_isNotAllocated() {
    byte[] huge = STORED.clone();
    huge[1] = 0x7F;

    assertThrows(IllegalStateException.class, () -> CommitCodec.decode(huge));
  }
}
