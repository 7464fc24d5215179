/**
 * Real processes: services that are started from their jars, killed, restarted and stopped.
 *
 * <p>{@link io.github.grpconce.demo.harness.Processes} is the door; it starts a {@link
 * io.github.grpconce.demo.harness.ServiceProcess} for each {@link
 * io.github.grpconce.demo.harness.Launch}, and sees to it that none outlives this one.
 *
 * <p>A {@link io.github.grpconce.demo.harness.RestartableService} is more than one process: it is
 * what clients know under one port, and comes back there after it was killed.
 *
 * <p>It knows of a service only that it says {@code listening on HOST:PORT} when it is ready, that
 * it takes {@code --port} and that {@code --end-with-stdin} has it stop when its standard input
 * ends. It must never import gRPC, the services or the library.
 */
@NullMarked
package io.github.grpconce.demo.harness;

import org.jspecify.annotations.NullMarked;
