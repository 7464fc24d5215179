package io.github.grpconce.demo.runtime;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.Transaction;
import com.apple.foundationdb.subspace.Subspace;
import io.grpc.BindableService;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The health service's word on a server whose calls need the store: SERVING only while it answers,
 * and takes what is committed to it. A store on a full disk may still be read for ever.
 *
 * <p>Thread-safe.
 */
final class StoreHealth implements AutoCloseable {

  private static final Logger LOG = Logger.getLogger(StoreHealth.class.getName());

  /** Longer than a hiccup; shorter than what a load balancer waits for an answer. */
  private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(2);

  private static final Duration PROBE_INTERVAL = Duration.ofSeconds(1);

  private final HealthStatusManager statuses = new HealthStatusManager();
  private final Database database;
  private final byte[] anyKey;
  private final List<String> names;
  private final ScheduledExecutorService scheduler;
  private final ScheduledFuture<?> probing;
  private volatile ServingStatus last = ServingStatus.UNKNOWN;

  /**
   * Asks the store now, and then once a second until it is closed.
   *
   * @param serviceName what is served, beside the server as a whole
   */
  StoreHealth(Database database, Subspace subspace, String serviceName) {
    this.database = database;
    this.anyKey = subspace.pack();
    this.names = List.of(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, serviceName);
    this.scheduler = Executors.newSingleThreadScheduledExecutor(StoreHealth::daemon);
    probe();
    this.probing =
        scheduler.scheduleWithFixedDelay(
            this::probe,
            PROBE_INTERVAL.toMillis(),
            PROBE_INTERVAL.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  BindableService service() {
    return statuses.getHealthService();
  }

  /** Says NOT_SERVING from now on, whatever the store does. */
  void enterShutdown() {
    statuses.enterTerminalState();
  }

  @Override
  public void close() {
    probing.cancel(true);
    scheduler.shutdownNow();
  }

  /** Asks the store and says what came of it. Blocks for two seconds at most. */
  void probe() {
    try {
      database.run(this::touch);
      set(ServingStatus.SERVING, "the store answers: serving");
    } catch (RuntimeException e) {
      set(ServingStatus.NOT_SERVING, "the store can't be used, not serving until it can: " + e);
    }
  }

  /** Reads, and commits a write conflict: that goes all the way, and changes nothing. */
  private byte @Nullable [] touch(Transaction transaction) {
    transaction.options().setTimeout(PROBE_TIMEOUT.toMillis());
    transaction.addWriteConflictKey(anyKey);
    return transaction.snapshot().get(anyKey).join();
  }

  private void set(ServingStatus status, String why) {
    if (status != last) {
      LOG.log(status == ServingStatus.SERVING ? Level.INFO : Level.WARNING, why);
    }
    last = status;
    names.forEach(name -> statuses.setStatus(name, status));
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "store-health");
    thread.setDaemon(true);
    return thread;
  }
}
