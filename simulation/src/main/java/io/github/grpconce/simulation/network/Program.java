package io.github.grpconce.simulation.network;

import io.github.grpconce.simulation.world.Host;
import java.time.InstantSource;

/** What runs on machines. */
public interface Program {

  /**
   * Starts a process.
   *
   * @param clock its machine's
   * @param mishaps what may befall it
   */
  Server start(String name, InstantSource clock, Host.Mishaps mishaps);
}
