/**
 * The services that the one under test calls, and the way to them: a call is a step when its
 * request is complete. What arrives is noted, with its request ID.
 */
@NullMarked
package io.github.grpconce.testing.internal.downstream;

import org.jspecify.annotations.NullMarked;
