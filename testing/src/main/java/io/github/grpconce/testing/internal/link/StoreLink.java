package io.github.grpconce.testing.internal.link;

import com.apple.foundationdb.Database;
import java.util.concurrent.Executor;

/** The way from one process to the store. */
public interface StoreLink {

  /** Returns the store at the other end. */
  Database store();

  /** Returns where futures complete in the process, unless it says where. */
  Executor executor();

  /** Whether a thread of the process may wait for the store. */
  boolean mayBlock();

  /**
   * Begins a transaction at the other end.
   *
   * @param executor where its futures complete in the process
   */
  TransactionLink begin(Executor executor);
}
