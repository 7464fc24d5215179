package io.github.grpconce.embedded.workload;

import com.apple.foundationdb.ReadTransaction;
import com.apple.foundationdb.tuple.Tuple;

/** Numbers as values. */
final class Numbers {
  private Numbers() {}

  static byte[] bytes(long number) {
    return Tuple.from(number).pack();
  }

  static long number(byte[] value) {
    return Tuple.fromBytes(value).getLong(0);
  }

  /** The number that a key has, which must be there. */
  static long get(ReadTransaction tr, byte[] key) {
    byte[] value = tr.get(key).join();
    if (value == null) {
      throw new AssertionError("a key is gone");
    }
    return number(value);
  }
}
