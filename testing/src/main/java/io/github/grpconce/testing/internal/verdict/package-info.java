/**
 * What comes of it. The {@code Prover} plays scenario after scenario; each is an {@code
 * Observation}, which must be what the {@code Expectation} learned from worlds in which nothing
 * went wrong. If it isn't, that is a {@code Finding}.
 */
@NullMarked
package io.github.grpconce.testing.internal.verdict;

import org.jspecify.annotations.NullMarked;
