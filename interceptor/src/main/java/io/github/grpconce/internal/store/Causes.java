package io.github.grpconce.internal.store;

import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What has caused a failure. */
public final class Causes {

  /** Longer chains than this are taken for cycles. */
  private static final int MOST = 100;

  private Causes() {}

  /**
   * Returns a failure and what has caused it, the failure itself first; nothing if there is none.
   */
  public static Stream<Throwable> of(@Nullable Throwable failure) {
    return Stream.iterate(failure, each -> each != null, Throwable::getCause).limit(MOST);
  }
}
