/**
 * What goes wrong, and when: a {@code Scenario} has {@code Strike}s, each a {@code Mishap} at a
 * {@code Step}. {@code Scenarios} says which are tried with a call. All of it is values.
 */
@NullMarked
package io.github.grpconce.testing.internal.scenario;

import org.jspecify.annotations.NullMarked;
