package io.github.grpconce.demo.proxy;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A client's connection and the one to the server that stands behind it: what its two pumps share.
 * Thread-safe. Each socket has one writer, so that frames never mix.
 */
final class ProxiedConnection implements AutoCloseable {

  private final Socket client;
  private final Socket server;
  private final Calls calls;
  private final Link link;
  private final RequestPump requests;
  private final ResponsePump responses;
  private final Map<Integer, Fault> faultsAhead = new ConcurrentHashMap<>();
  private final AtomicInteger swallowedBytes = new AtomicInteger();
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile boolean stranded;

  ProxiedConnection(Socket client, Socket server, Calls calls, Link link) throws IOException {
    this.client = client;
    this.server = server;
    this.calls = calls;
    this.link = link;
    client.setTcpNoDelay(true);
    server.setTcpNoDelay(true);
    requests = new RequestPump(input(client), server.getOutputStream(), calls, this);
    responses = new ResponsePump(input(server), client.getOutputStream(), calls, this);
  }

  void pumpRequests() {
    pump(requests::run);
  }

  void pumpResponses() {
    pump(responses::run);
  }

  /** The response on this stream, when it comes, meets this fault. */
  void expectResponse(int stream, Fault fault) {
    faultsAhead.put(stream, fault);
  }

  /** The fault that awaits the response on this stream; from then on there is none. */
  Fault takeFault(int stream) {
    Fault fault = faultsAhead.remove(stream);
    return fault == null ? Fault.NONE : fault;
  }

  void forget(int stream) {
    faultsAhead.remove(stream);
  }

  void addSwallowedBytes(int bytes) {
    swallowedBytes.addAndGet(bytes);
  }

  int takeSwallowedBytes() {
    return swallowedBytes.getAndSet(0);
  }

  /** Stalls the calling pump, and with it everything that goes the same way. */
  void hold(Duration delay) throws InterruptedException {
    if (!delay.isZero()) {
      calls.count(FaultTally.DELAY);
      closed.await(delay.toNanos(), TimeUnit.NANOSECONDS);
    }
  }

  /** Stalls the calling pump for as long as the link takes for a frame. */
  void awaitPassage(Direction way, Frame frame) throws InterruptedException {
    Duration held = link.awaitPassage(this, way, frame.payload().remaining());
    if (!held.isZero()) {
      closed.await(held.toNanos(), TimeUnit.NANOSECONDS);
    }
  }

  /** Resets both sides: what was under way in either direction is gone. */
  void reset() throws IOException {
    calls.count(FaultTally.RESET);
    try {
      client.setSoLinger(true, 0);
      server.setSoLinger(true, 0);
    } finally {
      close();
    }
  }

  /** Resets both sides, from outside of the pumps. */
  void cut() {
    try {
      reset();
    } catch (IOException oneSideIsClosed) {
      // Then there is nothing to reset on that side.
    }
  }

  /** Resets the server's side alone: nobody reads any more what the client sends. */
  void strand() {
    stranded = true;
    try (server) {
      server.setSoLinger(true, 0);
    } catch (IOException endedMeanwhile) {
      // Then the client knows, or is about to.
    }
  }

  /** Lets a client know at last that its connection is no good. */
  void endIfStranded() {
    if (stranded) {
      cut();
    }
  }

  /** Returns when both sides are closed. */
  void awaitClosed() throws InterruptedException {
    closed.await();
  }

  boolean isClosed() {
    return closed.getCount() == 0;
  }

  @Override
  public void close() {
    closed.countDown();
    link.connectionClosed();
    try (client;
        server) {
      faultsAhead.clear();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close a proxied connection", e);
    }
  }

  /** When one side goes away, the other one must hear of it, unless that is to go wrong. */
  private void pump(Pump pump) {
    try {
      pump.run();
    } catch (IOException goneAway) {
      // Expected: connections end, and here they are made to. Closing is all there is to do.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      if (!stranded) {
        close();
      }
    }
  }

  private static DataInputStream input(Socket socket) throws IOException {
    return new DataInputStream(new BufferedInputStream(socket.getInputStream()));
  }

  @FunctionalInterface
  private interface Pump {
    void run() throws IOException, InterruptedException;
  }
}
