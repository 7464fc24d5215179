package io.github.grpconce.demo.shop;

import java.util.Locale;

/** Whether a run has grpc-once. */
public enum Mode {
  /** Plain gRPC with retries: neither side has our interceptors. */
  UNGUARDED,
  /** Both sides have them. */
  GUARDED;

  /** The mode's name in flags, files and messages. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
