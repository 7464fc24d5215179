package io.github.grpconce.internal.record;

import io.github.grpconce.v1.Record;
import java.time.Instant;

/** What one transaction found for a request ID. */
public sealed interface Lookup {

  /**
   * The operation has no record and may be executed; only within the transaction that looked.
   *
   * @param readVersion the transaction's
   * @param formatWritten whether the subspace says which format it has
   * @param neglected whether no sweeper has been there for a day
   */
  record Absent(long readVersion, boolean formatWritten, boolean neglected) implements Lookup {}

  /**
   * The operation has a record.
   *
   * @param record complete, however it is stored
   */
  record Found(Record record) implements Lookup {

    /** Leaves out the record, which holds requests and responses. */
    @Override
    public String toString() {
      return "Found";
    }
  }

  /**
   * The operation has no record, and its ID's time is at or before the horizon: whether there was
   * one is not known any more.
   *
   * @param horizon IDs after this instant are accepted
   */
  record Expired(Instant horizon) implements Lookup {}
}
