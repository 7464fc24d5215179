/**
 * The files of a durable log, each with a name, a header and checksummed frames, in a directory
 * that one process can lock. A file is complete and synced when it gets its final name.
 *
 * <p>Tests put a simulated disk behind {@code FileStorage}, which is all that is known of disks.
 */
@NullMarked
package io.github.grpconce.embedded.internal.file;

import org.jspecify.annotations.NullMarked;
