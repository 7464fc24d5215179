package io.github.grpconce.server;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Relays connections to a server. On the first one, instead of the first answer it sends GOAWAY
 * with last stream 0 (RFC 9113, 6.8): nothing was processed, try again. That is not true.
 */
final class MisleadingRelay implements AutoCloseable {

  private static final int FRAME_HEADER_BYTES = 9;
  private static final int HEADERS = 1;
  private static final int GOAWAY = 7;

  private final SocketAddress target;
  private final ServerSocket listener;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final AtomicInteger connections = new AtomicInteger();

  MisleadingRelay(SocketAddress target) throws IOException {
    this.target = target;
    this.listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    threads.execute(this::accept);
  }

  InetSocketAddress address() {
    return (InetSocketAddress) listener.getLocalSocketAddress();
  }

  int connections() {
    return connections.get();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listener.accept();
        Socket server = new Socket();
        server.connect(target);
        boolean misleads = connections.incrementAndGet() == 1;
        threads.execute(() -> relay(client, server));
        threads.execute(
            () -> {
              if (misleads) {
                mislead(server, client);
              } else {
                relay(server, client);
              }
            });
      }
    } catch (IOException e) {
      // The listener was closed.
    }
  }

  private static void relay(Socket from, Socket to) {
    try (from;
        to) {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException e) {
      // The connection has ended, as it may.
    }
  }

  private static void mislead(Socket server, Socket client) {
    try (server;
        client) {
      relayUntilTheAnswer(server.getInputStream(), client.getOutputStream());
    } catch (IOException e) {
      // The connection has ended, as it may.
    }
  }

  private static void relayUntilTheAnswer(InputStream server, OutputStream client)
      throws IOException {
    DataInputStream frames = new DataInputStream(server);
    byte[] header = new byte[FRAME_HEADER_BYTES];
    while (true) {
      frames.readFully(header);
      int length = ByteBuffer.wrap(header).getInt() >>> Byte.SIZE;
      byte[] payload = frames.readNBytes(length);
      if (header[3] == HEADERS) {
        client.write(goAway());
        return;
      }
      client.write(header);
      client.write(payload);
    }
  }

  private static byte[] goAway() {
    int payload = 2 * Integer.BYTES;
    return ByteBuffer.allocate(FRAME_HEADER_BYTES + payload)
        .putInt((payload << Byte.SIZE) | GOAWAY)
        .array();
  }

  @Override
  public void close() throws IOException {
    listener.close();
    threads.shutdownNow();
  }
}
