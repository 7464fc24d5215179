/**
 * The databases of this project's own tests: see {@link io.github.grpconce.teststore.TestStore}.
 *
 * <p>Reading order: {@code TestStore}, {@code StoreTest}, {@code OnEngineOnly}; {@code
 * TestCluster}, what is behind them on a cluster; {@code PrefixedDatabase}, {@code
 * PrefixedTransaction}, {@code PrefixedReads}: a view in which a test is alone; {@code ClusterRun}:
 * what is left is cleared, what was skipped is counted.
 *
 * <p>Never imports the embedded engine, whose tests use this. {@code TestCluster} alone touches
 * what needs FoundationDB's native library, and only with a cluster file.
 */
@NullMarked
package io.github.grpconce.teststore;

import org.jspecify.annotations.NullMarked;
