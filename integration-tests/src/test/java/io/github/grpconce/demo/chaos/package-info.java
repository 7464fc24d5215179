/**
 * Chaos with real processes: shoppers buy while services are killed, paused and out of disk space,
 * links are cut, stalled, stranded and slow, and a cluster's own processes are killed and paused;
 * then the ledger is checked.
 *
 * <p>{@code ChaosIT} is the test on the embedded engine, {@code ClusterChaosIT} that on a cluster.
 * A {@code Schedule} says which {@code Trouble} strikes which {@code Target} when, all from a seed;
 * a {@code Troublemaker} sees to it, and a {@code Saboteur} does it to the shop, and has a {@code
 * ClusterCommand} do it to the cluster; a {@code Crowd} buys meanwhile; a {@code ChaosRun} brings
 * them together, waits until everything has come to rest, and returns what the stores hold. Whether
 * that is right is for {@link io.github.grpconce.demo.audit.Reconciliation} to say, and for {@code
 * RecordsCheck} of the guard's records; {@code Happenings} says what the run has put to the test.
 */
package io.github.grpconce.demo.chaos;
