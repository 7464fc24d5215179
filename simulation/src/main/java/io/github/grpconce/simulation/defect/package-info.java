/**
 * Where mistakes can be planted, to see that simulations find them. The mistakes themselves are in
 * the tests.
 */
@NullMarked
package io.github.grpconce.simulation.defect;

import org.jspecify.annotations.NullMarked;
