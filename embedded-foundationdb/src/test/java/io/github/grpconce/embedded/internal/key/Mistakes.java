package io.github.grpconce.embedded.internal.key;

import io.github.grpconce.embedded.defect.Defect;

/** What a {@link Defect} has the engine call instead of what keys and operations should do. */
public final class Mistakes {
  private Mistakes() {}

  /** Public for those who check sizes. */
  public static int anySize(byte[] key) {
    return Integer.MAX_VALUE;
  }

  static byte[] addWithoutCarry(byte[] existing, byte[] operand) {
    byte[] sum = operand.clone();
    for (int i = 0; i < Math.min(sum.length, existing.length); i++) {
      sum[i] += existing[i];
    }
    return sum;
  }
}
