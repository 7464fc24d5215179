/**
 * Where a scenario is played: a {@code World} has a time, an empty database and {@code Server}s
 * that are put together as an application's are, by a {@code Recipe}. The {@code Client} makes the
 * call of a {@code Trial} until it is answered, and has its part in what goes wrong.
 */
@NullMarked
package io.github.grpconce.testing.internal.world;

import org.jspecify.annotations.NullMarked;
