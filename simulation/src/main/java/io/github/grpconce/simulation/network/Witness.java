package io.github.grpconce.simulation.network;

import io.github.grpconce.testing.internal.link.Response;

/** Who is told what servers answer. */
public interface Witness {

  /** Takes note of what a server has answered, whether or not it will arrive. */
  void hear(String server, NetworkCall<?, ?> call, Response<?> response);

  /** Takes note that nobody has answered a call for long, although nothing was wrong. */
  void leftWaiting(NetworkCall<?, ?> call);
}
