package io.github.grpconce.demo.proxy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/**
 * A TCP proxy on the loopback interface between a gRPC client and a gRPC server, which loses single
 * responses after the server has processed the call, resets connections and delays calls, as its
 * {@link FaultPlan} says. All else passes as it is. It speaks HTTP/2 without TLS.
 *
 * <h2>How one response can be lost without harming the others</h2>
 *
 * <p>Header blocks are compressed with a table that both ends of a connection build up from all
 * blocks before (HPACK, RFC 7541). If a proxy drops one, the client's table no longer equals the
 * server's, and every later response is garbage. Resetting the whole connection instead would be
 * sound, but loses all concurrent calls with the one. So the proxy sees to it that there is no
 * table: it adds {@code SETTINGS_HEADER_TABLE_SIZE = 0} to the client's SETTINGS, which reach the
 * server before any request. From then on each response's header blocks stand alone, and can be
 * dropped or replaced.
 *
 * <p>In place of the lost response the client gets {@code :status: 503}, as from a gateway that has
 * lost its upstream; gRPC makes UNAVAILABLE of it, which is what a retry policy retries. A
 * RST_STREAM would not do: REFUSED_STREAM would claim that the server has not processed the call,
 * and the other codes are not retried. The frames of the response are swallowed up to its end, and
 * their share of the connection's flow-control window is given back to the server.
 *
 * <p>Header blocks of requests do use a table, so a request is never dropped alone: it passes, or
 * its connection is reset. A delay holds up everything behind the delayed call, like a slow link.
 *
 * <p>Thread-safe. Two threads for each connection, and at most {@value #MOST_CONNECTIONS}
 * connections at a time; more are reset at once.
 */
public final class FaultProxy implements AutoCloseable {

  /** Far above what a handful of channels needs; a leak of connections shows as resets. */
  private static final int MOST_CONNECTIONS = 64;

  private static final int CONNECT_TIMEOUT_MILLIS = 5_000;

  private final ServerSocket listener;
  private final InetSocketAddress upstream;
  private final Calls calls;
  private final Set<ProxiedConnection> connections = ConcurrentHashMap.newKeySet();
  private final Semaphore vacancies = new Semaphore(MOST_CONNECTIONS);

  private FaultProxy(ServerSocket listener, InetSocketAddress upstream, FaultPlan plan) {
    this.listener = listener;
    this.upstream = upstream;
    this.calls = new Calls(plan);
  }

  /**
   * Starts a proxy on a free port. The upstream need not be there yet: while it is not, clients'
   * connections are reset.
   */
  public static FaultProxy start(InetSocketAddress upstream, FaultPlan plan) throws IOException {
    ServerSocket listener = new ServerSocket(0, MOST_CONNECTIONS, InetAddress.getLoopbackAddress());
    FaultProxy proxy = new FaultProxy(listener, upstream, plan);
    startThread(proxy::acceptAll);
    return proxy;
  }

  /** The port on the loopback interface on which the proxy listens. */
  public int port() {
    return listener.getLocalPort();
  }

  /** What has been done so far. */
  public FaultTally tally() {
    return calls.tally();
  }

  /** Closes the port and all connections. */
  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close the proxy's port", e);
    } finally {
      connections.forEach(ProxiedConnection::close);
    }
  }

  private void acceptAll() {
    try {
      while (true) {
        admit(listener.accept());
      }
    } catch (IOException closed) {
      // Closing the port is how the proxy is told to end.
    }
  }

  private void admit(Socket client) throws IOException {
    if (vacancies.tryAcquire()) {
      startThread(() -> serve(client));
    } else {
      resetAtOnce(client);
    }
  }

  private void serve(Socket client) {
    try (Socket server = new Socket()) {
      server.connect(upstream, CONNECT_TIMEOUT_MILLIS);
      serve(new ProxiedConnection(client, server, calls));
    } catch (IOException upstreamAway) {
      resetAtOnce(client);
    } finally {
      vacancies.release();
    }
  }

  private void serve(ProxiedConnection connection) {
    connections.add(connection);
    try (connection) {
      if (!listener.isClosed()) {
        startThread(connection::pumpResponses);
        connection.pumpRequests();
      }
    } finally {
      connections.remove(connection);
    }
  }

  private static void resetAtOnce(Socket client) {
    try (client) {
      client.setSoLinger(true, 0);
    } catch (IOException alreadyGone) {
      // A client that is gone need not be told.
    }
  }

  private static void startThread(Runnable work) {
    Thread thread = new Thread(work, "fault-proxy");
    thread.setDaemon(true);
    thread.start();
  }
}
