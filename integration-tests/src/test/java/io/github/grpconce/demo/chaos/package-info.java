/**
 * Chaos with real processes: shoppers buy while services are killed, paused and out of disk space,
 * and links are cut, stalled, stranded and slow; then the ledger is checked.
 *
 * <p>{@code ChaosIT} is the test. A {@code Schedule} says which {@code Trouble} strikes which
 * {@code Target} when, all from a seed; a {@code Troublemaker} sees to it, and a {@code Saboteur}
 * does it to the shop; a {@code Crowd} buys meanwhile; a {@code ChaosRun} brings them together,
 * waits until everything has come to rest, and returns what the stores hold. Whether that is right
 * is for {@link io.github.grpconce.demo.audit.Reconciliation} to say.
 */
package io.github.grpconce.demo.chaos;
