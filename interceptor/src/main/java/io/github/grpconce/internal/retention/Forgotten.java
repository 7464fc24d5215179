package io.github.grpconce.internal.retention;

/**
 * What a round forgot.
 *
 * @param rangesCleared ranges of time-bearing IDs' records
 * @param opaqueRemoved opaque IDs' records
 */
public record Forgotten(int rangesCleared, long opaqueRemoved) {

  static final Forgotten NOTHING = new Forgotten(0, 0);

  Forgotten plus(SliceSwept slice) {
    return new Forgotten(
        rangesCleared + slice.rangesCleared(), opaqueRemoved + slice.opaqueRemoved());
  }
}
