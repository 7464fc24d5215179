/**
 * How a server process is put together: of the library's real parts, as in an application, but for
 * what is simulated.
 */
@NullMarked
package io.github.grpconce.simulation.deployment;

import org.jspecify.annotations.NullMarked;
