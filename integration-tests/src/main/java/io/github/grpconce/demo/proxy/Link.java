package io.github.grpconce.demo.proxy;

import java.io.Closeable;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What lies between a proxy's clients and its server: all connections there are, and how well
 * things pass over them. What is done here befalls them all alike, whatever they carry; for single
 * calls there is the {@link FaultPlan}.
 *
 * <p>Thread-safe.
 */
public final class Link implements Closeable {

  private static final long NANOS_PER_SECOND = 1_000_000_000;

  private final Set<ProxiedConnection> connections = ConcurrentHashMap.newKeySet();

  // All guarded by this.
  private final Set<Direction> stalled = EnumSet.noneOf(Direction.class);
  private Duration perFrame = Duration.ZERO;
  private long nanosPerByte;

  Link() {}

  /** Resets all connections. Later ones are as good as ever. */
  public void cut() {
    connections.forEach(ProxiedConnection::cut);
  }

  /**
   * Resets all connections towards the server, while clients hear nothing of it until the link
   * {@linkplain #heal heals}: theirs are half open (RFC 9293, section 3.5.1). Later ones are as
   * good as ever.
   */
  public void strand() {
    connections.forEach(ProxiedConnection::strand);
  }

  /**
   * Lets nothing pass in one direction until the link heals. What was sent meanwhile arrives then,
   * late, as after a router's outage. Stalled in both directions, the link is a black hole.
   */
  public synchronized void stall(Direction direction) {
    stalled.add(direction);
  }

  /**
   * Holds every frame, and with it all that follows on its connection, until the link heals.
   *
   * @param perFrame how long
   * @param bytesPerSecond and for how much longer, by its size
   */
  public synchronized void slow(Duration perFrame, long bytesPerSecond) {
    this.perFrame = perFrame;
    this.nanosPerByte = NANOS_PER_SECOND / bytesPerSecond;
  }

  /** Ends all that was done to the link. Stranded clients learn that they were. */
  public void heal() {
    synchronized (this) {
      stalled.clear();
      perFrame = Duration.ZERO;
      nanosPerByte = 0;
      notifyAll();
    }
    connections.forEach(ProxiedConnection::endIfStranded);
  }

  /** Closes all connections. */
  @Override
  public void close() {
    connections.forEach(ProxiedConnection::close);
  }

  void add(ProxiedConnection connection) {
    connections.add(connection);
  }

  void remove(ProxiedConnection connection) {
    connections.remove(connection);
  }

  /**
   * Waits until something may pass, or its connection is closed.
   *
   * @return for how long to hold it
   */
  synchronized Duration awaitPassage(ProxiedConnection connection, Direction way, int bytes)
      throws InterruptedException {
    while (stalled.contains(way) && !connection.isClosed()) {
      wait();
    }
    return perFrame.plusNanos(nanosPerByte * bytes);
  }

  /** Has those that wait look again, because a connection was closed. */
  synchronized void connectionClosed() {
    notifyAll();
  }
}
