/**
 * What turns a gRPC service of the demo into a process: flags, store, server, shutdown.
 *
 * <p>The door is {@link io.github.grpconce.demo.runtime.ServiceProcess}: it reads the flags ({@link
 * io.github.grpconce.demo.runtime.ServerOptions}), opens the {@link
 * io.github.grpconce.demo.runtime.Store}, has the service made from a {@link
 * io.github.grpconce.demo.runtime.ServiceContext}, puts the guard around it ({@link
 * io.github.grpconce.demo.runtime.ServiceWiring}), serves it, and takes everything down again in
 * the reverse order. {@link io.github.grpconce.demo.runtime.AttemptJournal} counts what arrives, so
 * that the demo's figures can be read back from the stores.
 *
 * <p>Must never import a service's generated code. Only {@code ClusterClient} may touch
 * FoundationDB's native client.
 */
@NullMarked
package io.github.grpconce.demo.runtime;

import org.jspecify.annotations.NullMarked;
