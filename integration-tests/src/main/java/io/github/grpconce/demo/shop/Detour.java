package io.github.grpconce.demo.shop;

import java.io.IOException;

/** What calls from the order service to the payment service pass before their link. */
@FunctionalInterface
public interface Detour {

  /** Straight to the link. */
  Detour NONE = linkPort -> linkPort;

  /**
   * Returns where the order service is to find the payment service.
   *
   * @param linkPort where the link is, on the loopback interface
   * @return a port on the loopback interface
   */
  int before(int linkPort) throws IOException, InterruptedException;
}
