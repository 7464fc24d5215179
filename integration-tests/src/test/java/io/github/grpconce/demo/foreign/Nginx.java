package io.github.grpconce.demo.foreign;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.github.grpconce.demo.Wait;
import io.github.grpconce.demo.shop.Detour;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/**
 * nginx as a gRPC proxy that makes a call once more if it has no answer soon, also if the call may
 * have been executed: {@code non_idempotent}.
 *
 * <p>It ends when it is closed, or when this process ends.
 */
final class Nginx implements Detour, AutoCloseable {

  /** With its start and its end. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Ends nginx with its own standard input: with whoever started it. */
  private static final String END_WITH_STDIN =
      "\"$0\" \"$@\" & nginx=$!; read -r end; kill \"$nginx\"; wait \"$nginx\"";

  private final Path program;
  private final Path directory;
  private final Duration patience;
  private Process process;

  /**
   * Makes ready to start one.
   *
   * @param program nginx
   * @param directory for its configuration and logs, empty
   * @param patience after which it makes a call once more
   */
  Nginx(Path program, Path directory, Duration patience) {
    this.program = program;
    this.directory = directory.toAbsolutePath();
    this.patience = patience;
  }

  @Override
  public int before(int linkPort) throws IOException, InterruptedException {
    int port = freePort();
    Path configuration =
        Files.writeString(directory.resolve("nginx.conf"), configuration(port, linkPort));
    process =
        new ProcessBuilder(
                "sh",
                "-c",
                END_WITH_STDIN,
                program.toString(),
                "-p",
                directory.toString(),
                "-e",
                directory.resolve("error.log").toString(),
                "-c",
                configuration.toString())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("output.log").toFile())
            .start();
    awaitPort(port);
    return port;
  }

  /** How many calls it has made twice. */
  long duplicates() throws IOException {
    try (Stream<String> calls = Files.lines(directory.resolve("access.log"))) {
      return calls.filter(servers -> servers.contains(",")).count();
    }
  }

  @Override
  public void close() throws IOException {
    if (process != null) {
      process.getOutputStream().close();
      var unused = process.onExit().orTimeout(PATIENCE.toMillis(), MILLISECONDS).join();
    }
  }

  /**
   * The one server twice: else there is no other to make a call at once more. And a mirror, so that
   * nginx reads a request to its end before it makes the call: it repeats no call whose request it
   * has passed on as it came.
   */
  private String configuration(int port, int linkPort) {
    return """
        daemon off;
        master_process off;
        pid nginx.pid;
        events {
          worker_connections 512;
        }
        http {
          client_body_temp_path body;
          proxy_temp_path proxy;
          fastcgi_temp_path fastcgi;
          uwsgi_temp_path uwsgi;
          scgi_temp_path scgi;
          log_format servers '$upstream_addr';
          access_log access.log servers;
          upstream payment {
            server 127.0.0.1:%2$d max_fails=0;
            server 127.0.0.1:%2$d max_fails=0;
          }
          server {
            listen 127.0.0.1:%1$d http2;
            location = /nobody {
              internal;
              return 204;
            }
            location / {
              mirror /nobody;
              grpc_pass grpc://payment;
              grpc_read_timeout %3$dms;
              grpc_next_upstream error timeout http_503 non_idempotent;
              grpc_next_upstream_tries 2;
            }
          }
        }
        """
        .formatted(port, linkPort, patience.toMillis());
  }

  private void awaitPort(int port) throws IOException, InterruptedException {
    try {
      Wait.until("nginx listens on " + port, PATIENCE, () -> accepts(port));
    } catch (IOException | InterruptedException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private boolean accepts(int port) throws IOException {
    if (!process.isAlive()) {
      throw new IOException("nginx ended: " + Files.readString(directory.resolve("output.log")));
    }
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException notYet) {
      return false;
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
