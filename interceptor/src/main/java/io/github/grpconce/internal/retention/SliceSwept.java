package io.github.grpconce.internal.retention;

import java.util.Optional;

/**
 * What one transaction forgot.
 *
 * @param rangesCleared ranges of time-bearing IDs' records
 * @param opaqueRemoved opaque IDs' records
 * @param rest what the transaction left for the next one, because it is limited; empty if nothing
 */
record SliceSwept(int rangesCleared, int opaqueRemoved, Optional<Slice> rest) {}
