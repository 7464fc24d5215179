package io.github.grpconce.internal.retention;

import com.apple.foundationdb.MutationType;
import com.apple.foundationdb.Transaction;
import com.apple.foundationdb.subspace.Subspace;
import com.apple.foundationdb.tuple.Tuple;
import io.github.grpconce.RequestId;
import io.github.grpconce.internal.record.RecordIdentity;
import io.github.grpconce.internal.record.RecordStore;
import io.github.grpconce.v1.Outcome;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** One operation in a simulation: what it did to the store, and what its attempts were told. */
public final class SimulatedOperation {

  private static final Subspace EFFECTS = new Subspace(Tuple.from("effects"));

  final RequestId id;
  final RecordIdentity identity;
  private final Set<Outcome> answers = new HashSet<>();
  private int replays;
  private int refusals;

  public SimulatedOperation(RequestId id) {
    this.id = id;
    this.identity = RecordStore.identity(id);
  }

  boolean isTimeBearing() {
    return id.time().isPresent();
  }

  /** Takes effect, without a conflict of its own: only its record keeps it from happening twice. */
  Outcome execute(Transaction tr, long nanoTime) {
    byte[] time = ByteBuffer.allocate(Long.BYTES).putLong(nanoTime).array();
    tr.mutate(MutationType.APPEND_IF_FITS, effectsKey(), time);
    return Outcome.newBuilder().setMessage(id + " executed at " + nanoTime).build();
  }

  byte[] effectsKey() {
    return EFFECTS.pack(id.value());
  }

  void answered(Outcome outcome) {
    answers.add(outcome);
  }

  void replayed(Outcome outcome) {
    answers.add(outcome);
    replays++;
  }

  void refused() {
    refusals++;
  }

  int replays() {
    return replays;
  }

  public int refusals() {
    return refusals;
  }

  /** When it took effect, as the store tells: durations since the store's time began. */
  static List<Duration> effects(byte[] value) {
    List<Duration> times = new ArrayList<>();
    ByteBuffer bytes = ByteBuffer.wrap(value == null ? new byte[0] : value);
    while (bytes.hasRemaining()) {
      times.add(Duration.ofNanos(bytes.getLong()));
    }
    return times;
  }

  /** Whether all that its attempts were told is one and the same. */
  boolean isAnsweredConsistently() {
    return answers.size() <= 1;
  }

  boolean isAnswered() {
    return !answers.isEmpty();
  }
}
