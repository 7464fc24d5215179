/**
 * The way from a server to the store. Each answer is a step, at which a mishap can be made; a
 * commit has mishaps of its own.
 */
@NullMarked
package io.github.grpconce.testing.internal.store;

import org.jspecify.annotations.NullMarked;
