/**
 * The records: what the store keeps for each request ID, below one FoundationDB subspace.
 *
 * <p>Reading order: {@code RecordIdentity} (whose record it is), {@code RecordKeys} (where it is),
 * {@code Records} and {@code RecordParts} (reading and writing one within a transaction), {@code
 * SubspaceState} (the horizon and the format, cached), {@code OtherKeys} (who else writes here),
 * {@code Executions}, {@code Leases} and {@code Leasing} (what is half done, by whom, and for how
 * long it is left alone), {@code Horizon} and {@code Clearance} (what may be forgotten, and why
 * then).
 *
 * <h2>The key space</h2>
 *
 * <pre>
 * t hash[0] bucket(4) hash[1..15]   record of a time-bearing ID; bucket = its milliseconds >> 20
 * o hash(16)                        record of an opaque ID
 * x hash[0] bucket(4) hash(16)      empty: age index of the opaque records, see below
 * h                                 horizon: milliseconds since 1970, 8 bytes, big endian
 * p hash(16)                        record key: executions in progress, for recovery
 * l hash(16)                        lease of an execution in progress
 * f                                 format version, 4 bytes, big endian
 * s                                 version at which a sweeper was last there, 8 bytes, big endian
 * </pre>
 *
 * <p>A record that is too large for one value is in further keys: the record's own key followed by
 * a two-byte number. An execution in progress has its request under the record's key followed by
 * {@code q}, and each step under the record's key followed by {@code s} and a hash of its label. So
 * whatever is before a bucket goes with one range clear.
 *
 * <p>The age index says when an opaque record was <em>written</em>, in FoundationDB versions
 * ({@code bucket = read version >> 30}, some 18 minutes), not when it expires: no server's wall
 * clock can shorten how long an ID is remembered, servers needn't know the retention, and a changed
 * retention holds for old records too.
 *
 * <h2>Where retention fits</h2>
 *
 * <p>A sweeper moves the horizon forward, waits until the database's read version is past the
 * version at which it then saw the horizon by {@code SubspaceState.ALLOWED_AGE} plus FoundationDB's
 * five seconds (5,000,000 versions), and only then clears the buckets of {@code t} that lie wholly
 * at or before the horizon. By then no transaction that has not seen the horizon can commit, and
 * none can find a record gone without seeing the horizon that forbids its ID. It doesn't matter who
 * moved the horizon, nor when, so a sweeper may die between any two steps.
 *
 * <p>Opaque records go by {@code x}: age = current version &minus; bucket, in versions; index
 * entry, record and its further keys in one transaction. That rests on a rule for whoever writes:
 * in every snapshot, an opaque ID's record is either listed in {@code p} or has exactly one entry
 * in {@code x}, which is written with the outcome. So an entry never leads to a record younger than
 * itself.
 *
 * <p>A sweeper writes {@code s} in each of its rounds, and the first call does with the format, so
 * that a server that finds it a day old knows that nobody sweeps. Nothing but a warning rests on
 * it.
 *
 * <p>What is listed in {@code p} is kept, whatever its age: a sweeper clears around the records of
 * executions in progress, so that what is half done can be finished. So the entry in {@code p} is
 * written with the claim and removed with the outcome, and stays while a failed execution waits for
 * its next attempt. Whoever recovers one goes by the key in {@code p}: a lookup by its ID says that
 * it has expired once the horizon has passed it. Its record goes in the round after its outcome.
 *
 * <p>This package never imports gRPC, nor anything of a call.
 */
@NullMarked
package io.github.grpconce.internal.record;

import org.jspecify.annotations.NullMarked;
