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
  private final RequestPump requests;
  private final ResponsePump responses;
  private final Map<Integer, Fault> faultsAhead = new ConcurrentHashMap<>();
  private final AtomicInteger swallowedBytes = new AtomicInteger();
  private final CountDownLatch closed = new CountDownLatch(1);

  ProxiedConnection(Socket client, Socket server, Calls calls) throws IOException {
    this.client = client;
    this.server = server;
    this.calls = calls;
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

  /** Stalls the calling pump, and with it everything that goes the same way: a slow link. */
  void hold(Duration delay) throws InterruptedException {
    if (!delay.isZero()) {
      calls.delayed();
      closed.await(delay.toNanos(), TimeUnit.NANOSECONDS);
    }
  }

  /** Resets both sides: what was under way in either direction is gone. */
  void reset() throws IOException {
    calls.connectionReset();
    client.setSoLinger(true, 0);
    server.setSoLinger(true, 0);
    close();
  }

  boolean isClosed() {
    return closed.getCount() == 0;
  }

  @Override
  public void close() {
    closed.countDown();
    try (client;
        server) {
      faultsAhead.clear();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close a proxied connection", e);
    }
  }

  /** When one side goes away, in whatever manner, the other one must hear of it. */
  private void pump(Direction direction) {
    try (this) {
      direction.run();
    } catch (IOException goneAway) {
      // Expected: connections end, and here they are made to. Closing is all there is to do.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static DataInputStream input(Socket socket) throws IOException {
    return new DataInputStream(new BufferedInputStream(socket.getInputStream()));
  }

  @FunctionalInterface
  private interface Direction {
    void run() throws IOException, InterruptedException;
  }
}
