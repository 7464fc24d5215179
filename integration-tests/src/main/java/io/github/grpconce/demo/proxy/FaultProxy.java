package io.github.grpconce.demo.proxy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * A TCP proxy on the loopback interface between a gRPC client and a gRPC server, which loses single
 * responses after the server has processed the call, resets connections and delays calls, as its
 * {@link FaultPlan} says, and whose {@link Link} can fail as a whole. All else passes as it is. It
 * speaks HTTP/2 without TLS.
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
  private final List<InetSocketAddress> upstreams;
  private final AtomicInteger turn = new AtomicInteger();
  private final Calls calls;
  private final Link link = new Link();
  private final Semaphore vacancies = new Semaphore(MOST_CONNECTIONS);

  private FaultProxy(ServerSocket listener, List<InetSocketAddress> upstreams, FaultPlan plan) {
    this.listener = listener;
    this.upstreams = List.copyOf(upstreams);
    this.calls = new Calls(plan);
  }

  /** Starts a proxy before one server. */
  public static FaultProxy start(InetSocketAddress upstream, FaultPlan plan) throws IOException {
    return start(List.of(upstream), plan);
  }

  /**
   * Starts a proxy on a free port, before several servers that are alike: connections go to each in
   * its turn, or to the next that is there. None need be there yet: while there is none, clients'
   * connections are reset.
   */
  public static FaultProxy start(List<InetSocketAddress> upstreams, FaultPlan plan)
      throws IOException {
    ServerSocket listener = new ServerSocket(0, MOST_CONNECTIONS, InetAddress.getLoopbackAddress());
    FaultProxy proxy = new FaultProxy(listener, upstreams, plan);
    startThread(proxy::acceptAll);
    return proxy;
  }

  /** The port on the loopback interface on which the proxy listens. */
  public int port() {
    return listener.getLocalPort();
  }

  /** What has been done to calls so far. */
  public FaultTally tally() {
    return calls.tally();
  }

  /** Waits until so much has been done to calls. */
  public void await(Predicate<FaultTally> enough) throws InterruptedException {
    calls.await(enough);
  }

  /** What all calls pass over. */
  public Link link() {
    return link;
  }

  /** Closes the port and all connections. */
  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close the proxy's port", e);
    } finally {
      link.close();
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
    try (Socket server = connect()) {
      serve(new ProxiedConnection(client, server, calls, link));
    } catch (IOException upstreamsAway) {
      resetAtOnce(client);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      vacancies.release();
    }
  }

  private Socket connect() throws IOException {
    int first = turn.getAndIncrement();
    IOException failure = new IOException("none of " + upstreams + " is there");
    for (int i = 0; i < upstreams.size(); i++) {
      Socket server = new Socket();
      try {
        server.connect(
            upstreams.get(Math.floorMod(first + i, upstreams.size())), CONNECT_TIMEOUT_MILLIS);
        return server;
      } catch (IOException away) {
        server.close();
        failure.addSuppressed(away);
      }
    }
    throw failure;
  }

  private void serve(ProxiedConnection connection) throws InterruptedException {
    link.add(connection);
    try (connection) {
      if (!listener.isClosed()) {
        startThread(connection::pumpResponses);
        connection.pumpRequests();
        connection.awaitClosed();
      }
    } finally {
      link.remove(connection);
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
