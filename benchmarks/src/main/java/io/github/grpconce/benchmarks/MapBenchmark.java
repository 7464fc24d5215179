package io.github.grpconce.benchmarks;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * The baselines of reads: Java's own maps, with the same rows. They give a copy of a value, as a
 * database has to.
 */
@State(Scope.Benchmark)
public class MapBenchmark extends Measured {

  @Param({"1000", "10000", "100000", "1000000"})
  public int keys;

  private final Map<ByteBuffer, byte[]> hashMap = new HashMap<>();
  private final Map<byte[], byte[]> treeMap = new TreeMap<>(Arrays::compareUnsigned);
  private final SplittableRandom random = new SplittableRandom(1);

  @Setup
  public void fill() {
    for (int i = 0; i < keys; i++) {
      hashMap.put(ByteBuffer.wrap(Rows.key(i)), Rows.value(i));
      treeMap.put(Rows.key(i), Rows.value(i));
    }
  }

  @Benchmark
  public byte[] hashMapGet() {
    return copy(hashMap.get(ByteBuffer.wrap(Rows.key(random.nextInt(keys)))));
  }

  @Benchmark
  public byte[] treeMapGet() {
    return copy(treeMap.get(Rows.key(random.nextInt(keys))));
  }

  private static byte[] copy(byte @Nullable [] value) {
    return Objects.requireNonNull(value, "every row is there").clone();
  }
}
