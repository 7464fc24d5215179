package io.github.grpconce.demo.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.BindableService;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A service that runs within the test, as its main method would run it. */
final class ServiceUnderTest implements AutoCloseable {

  private static final Pattern READY = Pattern.compile("listening on 127\\.0\\.0\\.1:(\\d+)");
  private static final int PATIENCE_SECONDS = 30;

  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final PipedOutputStream holder = new PipedOutputStream();
  private final StopSignal stop = new StopSignal();
  private final ExecutorService thread = Executors.newSingleThreadExecutor();
  private final BufferedReader out;
  private final CompletableFuture<Integer> status;

  private ServiceUnderTest(BindableService service, Map<String, String> environment, String[] args)
      throws IOException {
    PipedInputStream stdin = new PipedInputStream(holder);
    PipedInputStream lines = new PipedInputStream();
    PrintStream sink = new PrintStream(new PipedOutputStream(lines), true, UTF_8);
    out = new BufferedReader(new InputStreamReader(lines, UTF_8));
    ServiceProcess process =
        new ServiceProcess(
            "test", environment::get, stdin, sink, new PrintStream(err, true, UTF_8), stop);
    status =
        CompletableFuture.supplyAsync(
                () -> {
                  try (sink) {
                    return process.run(running -> new TestCommand(running, service), args);
                  } finally {
                    stop.stopped();
                  }
                },
                thread)
            .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  static ServiceUnderTest start(BindableService service, String... args) throws IOException {
    return start(service, Map.of(), args);
  }

  static ServiceUnderTest start(
      BindableService service, Map<String, String> environment, String... args) throws IOException {
    return new ServiceUnderTest(service, environment, args);
  }

  /** Waits until the service says that it is ready. */
  int port() throws IOException {
    String line = String.valueOf(out.readLine());
    Matcher ready = READY.matcher(line);
    if (!ready.matches()) {
      throw new AssertionError("not ready: " + line + "; " + err());
    }
    return Integer.parseInt(ready.group(1));
  }

  ManagedChannel connect() throws IOException {
    return NettyChannelBuilder.forAddress("127.0.0.1", port()).usePlaintext().build();
  }

  /** Asks the service to stop, as SIGTERM does, and doesn't wait. */
  void ask() {
    stop.ask();
  }

  /** Ends the service's standard input, as the end of whoever started it does. */
  void endStdin() throws IOException {
    holder.close();
  }

  /** Waits until the service has ended. */
  int status() {
    return status.join();
  }

  String err() {
    return err.toString(UTF_8);
  }

  @Override
  public void close() throws IOException {
    ask();
    status();
    thread.shutdown();
    out.close();
  }

  /** Asserts that a service with these flags doesn't start, and says why. */
  static void assertRefused(int status, String message, String... args) throws IOException {
    try (ServiceUnderTest service = start(new NoPayments(), args)) {
      assertEquals(status, service.status(), service.err());
      assertTrue(service.err().startsWith("services-test: "), service.err());
      assertTrue(service.err().contains(message), service.err());
    }
  }
}
