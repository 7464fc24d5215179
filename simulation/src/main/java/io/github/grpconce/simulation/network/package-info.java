/**
 * Clients, servers and what is between them. A {@code NetworkCall} is sent into the {@code
 * Network}, which loses, doubles and delays it; each {@code Delivery} is a call at a {@code
 * Server}. {@code Machine}s run one server after the other, and a {@code Storm} befalls them.
 */
@NullMarked
package io.github.grpconce.simulation.network;

import org.jspecify.annotations.NullMarked;
