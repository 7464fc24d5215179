package io.github.grpconce.internal.retention;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.github.grpconce.RequestId;
import io.github.grpconce.internal.record.DatabaseView;
import io.github.grpconce.internal.record.RecordStore;
import io.github.grpconce.teststore.StoreTest;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** A guarded call asks FoundationDB for the same, however much there is in the store. */
@StoreTest
class ConstantWorkTest {

  private static final Duration RETENTION = Duration.ofHours(24);

  private static final Map<String, Integer> LOOKUP = Map.of("get", 1, "getReadVersion", 1);

  private final RecordStore store = new RecordStore();
  private final Map<String, Integer> operations = new TreeMap<>();
  private final SimulatedServer server =
      new SimulatedServer(DatabaseView.of(store.database, this::count), store.time);

  private Object count(DatabaseView.Operation operation) {
    operations.merge(operation.name(), 1, Integer::sum);
    return operation.proceed();
  }

  private Map<String, Integer> operationsOf(SimulatedOperation operation) {
    operations.clear();
    store.time.join(server.attempt(operation));
    return new TreeMap<>(operations);
  }

  private void assertWork(Map<String, Integer> fresh, Supplier<RequestId> ids) {
    SimulatedOperation operation = new SimulatedOperation(ids.get());
    assertEquals(fresh, operationsOf(operation));
    assertEquals(LOOKUP, operationsOf(operation));
  }

  private void assertWork() {
    // The first call reads the horizon, the format and who has swept, for the next ten seconds.
    assertEquals(4, operationsOf(new SimulatedOperation(store.timeBearingId())).get("get"));

    // One of the mutations is the handler's own.
    Map<String, Integer> execution =
        Map.of(
            "get",
            1,
            "getReadVersion",
            1,
            "mutate",
            1,
            "set",
            1,
            "addWriteConflictKey",
            1,
            "commit",
            1);
    Map<String, Integer> withAge = new TreeMap<>(execution);
    withAge.put("set", 2);
    assertWork(execution, store::timeBearingId);
    assertWork(withAge, store::opaqueId);
  }

  @Test
  void work_isTheSameInAFullStore() {
    store.executed(store.timeBearingId()); // From now on the subspace has a format.
    assertWork();

    for (int i = 0; i < 5_000; i++) {
      RequestId id = i % 2 == 0 ? store.timeBearingId() : store.opaqueId();
      store.time.join(server.attempt(new SimulatedOperation(id)));
    }
    store.time.advance(Duration.ofSeconds(20));
    assertWork();
  }

  @Test
  void work_isTheSameAfterASweep() {
    SimulatedOperation old = new SimulatedOperation(store.timeBearingId());
    store.time.join(server.attempt(old));
    for (int i = 0; i < 500; i++) {
      store.time.join(server.attempt(new SimulatedOperation(store.timeBearingId())));
    }
    store.time.advance(RETENTION.plusHours(1));
    store.time.join(store.sweeper(RETENTION).build().sweepOnce());
    store.time.advance(Duration.ofSeconds(20));

    assertWork();
    assertEquals(LOOKUP, operationsOf(old), "refused");
    assertNotEquals(0, old.refusals());
  }
}
