/**
 * The records: what the store keeps for each request ID, below one FoundationDB subspace.
 *
 * <p>Reading order: {@link io.github.grpconce.record.RecordIdentity} (whose record it is), {@code
 * RecordKeys} (where it is), {@link io.github.grpconce.record.RequestFingerprints} (what it is
 * compared with), {@link io.github.grpconce.record.Records} (reading and writing one within a
 * transaction), {@code SubspaceState} (the horizon and the format, cached), {@link
 * io.github.grpconce.record.StoreError} (what an error of the store means).
 *
 * <h2>The key space</h2>
 *
 * <pre>
 * t hash[0] bucket(4) hash[1..15]   record of a time-bearing ID; bucket = its milliseconds >> 20
 * o hash(16)                        record of an opaque ID
 * x hash[0] bucket(4) hash(16)      empty: age index of the opaque records, see below
 * h                                 horizon: milliseconds since 1970, 8 bytes, big endian
 * p hash(16)                        record key: executions in progress, for recovery
 * f                                 format version, 4 bytes, big endian
 * </pre>
 *
 * <p>A record whose responses are too large for one value has them in further keys: the record's
 * own key followed by a two-byte number. So whatever is before a bucket goes with one range clear.
 *
 * <p>The age index says when an opaque record was <em>written</em>, in FoundationDB versions
 * ({@code bucket = read version >> 30}, some 18 minutes), not when it expires: no server's wall
 * clock can shorten how long an ID is remembered, servers needn't know the retention, and a changed
 * retention holds for old records too.
 *
 * <h2>Where retention fits</h2>
 *
 * <p>A sweeper belongs to this package. It commits a new horizon, waits until the database's read
 * version is past that commit by {@code SubspaceState.ALLOWED_AGE} plus FoundationDB's five seconds
 * (5,000,000 versions), and only then clears the buckets of {@code t} that lie wholly at or before
 * the horizon. By then no transaction that has not seen the horizon can commit, and none can find a
 * record gone without seeing the horizon that forbids its ID. Opaque records go by {@code x}: age =
 * current version &minus; bucket, in versions; index entry, record and its further keys in one
 * transaction.
 *
 * <p>This package never imports gRPC, the client or the server.
 */
@NullMarked
package io.github.grpconce.record;

import org.jspecify.annotations.NullMarked;
