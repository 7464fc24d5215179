package io.github.grpconce.demo.shop;

import com.apple.foundationdb.Range;
import com.apple.foundationdb.Transaction;
import io.github.grpconce.demo.order.OrderServer;
import io.github.grpconce.demo.payment.PaymentServer;
import io.github.grpconce.demo.runtime.ServiceSpace;
import io.github.grpconce.demo.runtime.Store;
import java.nio.file.Path;
import java.util.List;

/** Where the services of one run keep their data. */
public sealed interface StorePlace {

  /** The flags that tell a service so. */
  List<String> flags(String service);

  /** Opens a service's store, when the service has stopped or while it runs on a cluster. */
  Store open(String service);

  /** Where in that store the service's keys are. */
  ServiceSpace space(String service);

  /** Removes what is left once nobody needs it, if it would be left for long. */
  void discard();

  /** The embedded engine, with a directory for each service. */
  record Embedded(Path directory) implements StorePlace {

    @Override
    public List<String> flags(String service) {
      return List.of("--data", directory.resolve(service).toString());
    }

    @Override
    public Store open(String service) {
      return Store.embedded(directory.resolve(service));
    }

    @Override
    public ServiceSpace space(String service) {
      return ServiceSpace.named(service);
    }

    @Override
    public void discard() {
      // Whoever made the directory deletes it.
    }
  }

  /** A FoundationDB cluster, with a subspace for each service. */
  record Cluster(Path clusterFile, String prefix) implements StorePlace {

    @Override
    public List<String> flags(String service) {
      return List.of("--cluster-file", clusterFile.toString(), "--subspace", prefix + service);
    }

    @Override
    public Store open(String service) {
      return Store.cluster(clusterFile);
    }

    @Override
    public ServiceSpace space(String service) {
      return ServiceSpace.named(prefix + service);
    }

    @Override
    public void discard() {
      for (String service : List.of(PaymentServer.NAME, OrderServer.NAME)) {
        try (Store store = open(service)) {
          Range everything = space(service).root().range();
          store.database().run(transaction -> clear(transaction, everything));
        }
      }
    }

    private static Range clear(Transaction transaction, Range range) {
      transaction.clear(range);
      return range;
    }
  }
}
