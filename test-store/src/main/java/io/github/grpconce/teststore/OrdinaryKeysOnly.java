package io.github.grpconce.teststore;

import com.apple.foundationdb.OptionConsumer;
import java.util.Set;

/** Keeps a view's users from what others on the cluster, or the cluster itself, rely on. */
record OrdinaryKeysOnly(OptionConsumer real) implements OptionConsumer {

  private static final int ACCESS_SYSTEM_KEYS = 301;
  private static final int RAW_ACCESS = 303;
  private static final int SPECIAL_KEY_SPACE_ENABLE_WRITES = 714;
  private static final Set<Integer> REFUSED =
      Set.of(ACCESS_SYSTEM_KEYS, RAW_ACCESS, SPECIAL_KEY_SPACE_ENABLE_WRITES);

  @Override
  public void setOption(int code, byte[] value) {
    if (REFUSED.contains(code)) {
      throw new UnsupportedOperationException(
          "option %d: a test on a cluster must not write what the cluster relies on"
              .formatted(code));
    }
    real.setOption(code, value);
  }
}
