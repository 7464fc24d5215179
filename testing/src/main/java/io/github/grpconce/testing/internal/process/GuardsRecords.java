package io.github.grpconce.testing.internal.process;

import com.apple.foundationdb.subspace.Subspace;
import com.apple.foundationdb.tuple.ByteArrayUtil;
import com.apple.foundationdb.tuple.Tuple;

/** Where the guard keeps its records, in each database. They are nobody's effect. */
public final class GuardsRecords {

  public static final Subspace SUBSPACE = new Subspace(Tuple.from("grpc-once-testing"));

  private GuardsRecords() {}

  public static boolean hold(byte[] key) {
    return ByteArrayUtil.startsWith(key, SUBSPACE.getKey());
  }
}
