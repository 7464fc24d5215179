package io.github.grpconce.embedded.internal.binding;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.KeyValue;
import com.apple.foundationdb.StreamingMode;
import com.apple.foundationdb.async.AsyncIterable;
import io.github.grpconce.embedded.internal.cluster.Cluster;
import io.github.grpconce.embedded.internal.range.RangeResult;
import java.util.concurrent.CompletableFuture;

/** What tests look at behind an embedded database's interface. */
public final class Insides {
  private Insides() {}

  /** The cluster's side of the database. */
  public static Cluster cluster(Database embedded) {
    return ((OpenDatabase) embedded).context().cluster();
  }

  /**
   * One chunk of a range, as FoundationDB's C API gives it.
   *
   * @param range what a transaction gave
   * @param iteration counts from 1
   */
  public static CompletableFuture<RangeResult> chunk(
      AsyncIterable<KeyValue> range, StreamingMode mode, int iteration) {
    RangeQuery query = (RangeQuery) range;
    return query.chunk(query.begin(), query.end(), query.limit(), mode, iteration);
  }
}
