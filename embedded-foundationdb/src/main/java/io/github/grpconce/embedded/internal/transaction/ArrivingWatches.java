package io.github.grpconce.embedded.internal.transaction;

import io.github.grpconce.embedded.internal.cluster.Watch;
import io.github.grpconce.embedded.internal.nativeapi.NativeTransaction;
import java.util.ArrayList;
import java.util.List;

/**
 * Watches whose value is on its way from the database. A retry that begins before it comes takes
 * them along, as in FoundationDB; what is read afterwards finds that it has come. Guarded by its
 * {@link TransactionCore}'s lock.
 */
final class ArrivingWatches {
  private final List<Watch> watches = new ArrayList<>(0);

  void add(Watch watch) {
    watches.add(watch);
  }

  /** The values have come: sooner than anything that is asked for now. */
  void arrive(NativeTransaction tr) {
    if (!watches.isEmpty()) {
      watches.forEach(tr::watch);
      watches.clear();
    }
  }

  /** The watches that have to be failed, when no lock is held, if the values will not come. */
  List<Watch> onTheirWay() {
    return List.copyOf(watches);
  }
}
