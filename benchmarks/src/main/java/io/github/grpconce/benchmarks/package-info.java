/**
 * How fast it is, each figure beside a baseline that was measured in the same run.
 *
 * <p>Reading order: {@code DiskBenchmark} and {@code MapBenchmark} (the baselines), {@code
 * CommitBenchmark}, {@code ReadBenchmark}, {@code ConflictBenchmark}, then {@code Benchmarks},
 * which runs them and prints the ratios. {@code FingerprintBenchmark} is the library's own. Only
 * public API is measured.
 */
@NullMarked
package io.github.grpconce.benchmarks;

import org.jspecify.annotations.NullMarked;
