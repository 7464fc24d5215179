/**
 * A transaction as the cluster sees it: one read version, mutations and conflict ranges.
 * FoundationDB's {@code NativeAPI}, with the options that a transaction and a database can have.
 *
 * <p>It doesn't know its own writes when it reads.
 */
@NullMarked
package io.github.grpconce.embedded.internal.nativeapi;

import org.jspecify.annotations.NullMarked;
