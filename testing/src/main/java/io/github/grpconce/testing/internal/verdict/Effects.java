package io.github.grpconce.testing.internal.verdict;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.KeyValue;
import io.github.grpconce.testing.internal.process.GuardsRecords;
import io.github.grpconce.testing.internal.process.Printed;
import io.github.grpconce.testing.internal.world.Trial;
import io.github.grpconce.testing.internal.world.World;
import java.util.SortedMap;
import java.util.TreeMap;

/** What counts as the effect of a call. */
final class Effects {

  private static final byte[] FIRST_KEY = {};
  private static final byte[] FIRST_SYSTEM_KEY = {(byte) 0xff};

  private Effects() {}

  /** Returns what there is now: what the trial names, or all that the services have stored. */
  static SortedMap<String, Object> of(World world, Trial<?, ?> trial) {
    SortedMap<String, Object> effects = new TreeMap<>();
    if (trial.effects().isEmpty()) {
      dump(world.database(), "", trial, effects);
      dump(world.downstream().database(), "downstream ", trial, effects);
    } else {
      trial.effects().forEach((name, effect) -> effects.put(name, effect.apply(world.database())));
    }
    return effects;
  }

  private static void dump(
      Database database, String prefix, Trial<?, ?> trial, SortedMap<String, Object> effects) {
    database.read(
        tr -> {
          tr.getRange(FIRST_KEY, FIRST_SYSTEM_KEY).asList().join().stream()
              .filter(row -> !GuardsRecords.hold(row.getKey()))
              .forEach(row -> effects.put(prefix + Printed.key(row.getKey()), value(row, trial)));
          return effects.size();
        });
  }

  private static Object value(KeyValue row, Trial<?, ?> trial) {
    return trial
        .whyIgnored(row.getKey())
        .<Object>map(Ignored::new)
        .orElseGet(() -> Printed.stored(row.getValue()));
  }
}
