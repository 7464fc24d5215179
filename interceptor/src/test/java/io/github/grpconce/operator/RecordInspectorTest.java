package io.github.grpconce.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.grpconce.RequestId;
import io.github.grpconce.internal.record.RecordStore;
import io.github.grpconce.teststore.StoreTest;
import io.github.grpconce.v1.Record;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

@StoreTest
class RecordInspectorTest {

  private static final Duration RETENTION = Duration.ofHours(1);

  private final RecordStore store = new RecordStore();
  private final RecordInspector inspector = RecordInspector.of(store.database, RecordStore.SPACE);

  private Optional<Record> find(RequestId id) {
    return store.time.join(inspector.find("", RecordStore.METHOD, id));
  }

  private static int responseBytes(Record record) {
    return record.getOutcome().getResponses(0).size();
  }

  @Test
  void find_showsWhatIsStored() {
    RequestId small = store.executed(store.timeBearingId(), 10);
    RequestId large = store.executed(store.opaqueId(), 200_000);

    assertEquals(Optional.of(10), find(small).map(RecordInspectorTest::responseBytes));
    assertEquals(Optional.of(200_000), find(large).map(RecordInspectorTest::responseBytes));
    assertEquals(Optional.empty(), find(store.timeBearingId()));
  }

  @Test
  void find_showsARecordWhoseIdIsRefusedByNow_untilItIsCleared() {
    RequestId id = store.executed(store.timeBearingId());
    store.beginExecution(id);
    store.time.advance(RETENTION.multipliedBy(3));
    store.time.join(store.sweeper(RETENTION).build().sweepOnce());
    assertEquals(Optional.of(10), find(id).map(RecordInspectorTest::responseBytes));

    store.endExecution(id);
    store.time.join(store.sweeper(RETENTION).build().sweepOnce());
    assertEquals(Optional.empty(), find(id));
  }

  @Test
  void executionsInProgress_areListedUpToTheLimit() {
    for (int i = 1; i <= 3; i++) {
      store.beginExecution(store.executed(store.opaqueId(), i));
    }
    store.executed(store.opaqueId());

    List<ExecutionInProgress> all = store.time.join(inspector.executionsInProgress(1_000));
    assertEquals(
        List.of(1, 2, 3),
        all.stream()
            .map(each -> responseBytes(each.seen().record().orElseThrow()))
            .sorted()
            .toList());
    assertEquals(2, store.time.join(inspector.executionsInProgress(2)).size());
    assertEquals(1, store.time.join(inspector.executionsInProgress(1)).size());
    assertThrows(IllegalArgumentException.class, () -> inspector.executionsInProgress(0));
    assertThrows(IllegalArgumentException.class, () -> inspector.executionsInProgress(1_001));
  }

  @Test
  void horizon_isWhereTheLastRoundPutIt() {
    assertEquals(Optional.empty(), store.time.join(inspector.horizon()));
    Swept swept = store.time.join(store.sweeper(RETENTION).build().sweepOnce());
    assertEquals(Optional.of(swept.horizon()), store.time.join(inspector.horizon()));
  }
}
