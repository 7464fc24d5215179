package io.github.grpconce.embedded.internal.cluster;

import java.lang.management.ManagementFactory;

/** How much of the heap is in use. */
final class Heap {
  private static final int COLLECTIONS = 3;

  private Heap() {}

  /** What is left after a full collection. */
  @SuppressWarnings("SystemGc") // that is what is to be measured
  static long usedBytes() {
    for (int i = 0; i < COLLECTIONS; i++) {
      System.gc();
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
