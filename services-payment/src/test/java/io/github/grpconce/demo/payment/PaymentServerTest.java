package io.github.grpconce.demo.payment;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.grpconce.RequestId;
import io.github.grpconce.client.IdempotencyClientInterceptor;
import io.github.grpconce.demo.payment.v1.Account;
import io.github.grpconce.demo.payment.v1.OpenAccountRequest;
import io.github.grpconce.demo.payment.v1.PaymentServiceGrpc;
import io.github.grpconce.demo.runtime.ServiceSpace;
import io.github.grpconce.demo.runtime.Store;
import io.github.grpconce.teststore.OnEngineOnly;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service as a process of its own, through its main method. */
@OnEngineOnly("files")
class PaymentServerTest {

  /** What the JVM makes of SIGTERM: 128 + 15. */
  private static final int TERMINATED = 143;

  private static final String READY = "listening on 127.0.0.1:";

  @TempDir private Path directory;

  private final List<Process> processes = new ArrayList<>();

  @AfterEach
  void killWhatIsLeft() {
    processes.forEach(Process::destroyForcibly);
  }

  @Test
  void terminatedService_endsInOrder_andItsAnswersAreStillThere() throws Exception {
    RequestId id = RequestId.random();
    Process first = start("--data=" + directory);
    Account opened = open(id, first);
    first.toHandle().destroy(); // Process.destroy would close its streams as well
    assertEquals(TERMINATED, first.waitFor());
    assertEquals("", errors(first));

    Process second = start("--data=" + directory);
    assertEquals(opened, open(id, second));
    second.toHandle().destroy();
    assertEquals(TERMINATED, second.waitFor());

    try (Store store = Store.embedded(directory)) {
      Books books = Books.read(store.database(), ServiceSpace.named(PaymentServer.NAME));
      assertEquals(1, books.payments().size());
    }
  }

  @Test
  void killedService_losesNothingThatItAnswered() throws Exception {
    Process first = start("--data=" + directory);
    Account opened = open(RequestId.random(), first);
    first.destroyForcibly().waitFor();

    try (Store store = Store.embedded(directory)) {
      Books books = Books.read(store.database(), ServiceSpace.named(PaymentServer.NAME));
      assertTrue(books.accounts().contains(opened));
    }
  }

  @Test
  void wrongFlags_endTheProcessWithStatusTwo() throws Exception {
    Process process = start("--no-such-flag");

    assertEquals(2, process.waitFor());
    assertNull(firstLine(process));
    assertTrue(errors(process).contains("Unknown option: '--no-such-flag'"));
  }

  @Test
  void help_goesToStandardOutput() throws Exception {
    Process process = start("--help");

    assertTrue(firstLine(process).startsWith("Usage: services-payment"));
    assertEquals(0, process.waitFor());
  }

  private Process start(String... args) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:TieredStopAtLevel=1"); // it does not live long enough for more
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(PaymentServer.class.getName());
    command.addAll(List.of(args));
    Process process = new ProcessBuilder(command).start();
    processes.add(process);
    return process;
  }

  private static Account open(RequestId id, Process process) throws IOException {
    String ready = firstLine(process);
    assertTrue(ready.startsWith(READY), ready);
    int port = Integer.parseInt(ready.substring(READY.length()));
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", port)
            .usePlaintext()
            .intercept(IdempotencyClientInterceptor.create())
            .build();
    try {
      return PaymentServiceGrpc.newBlockingStub(channel)
          .withOption(IdempotencyClientInterceptor.REQUEST_ID, id)
          .openAccount(
              OpenAccountRequest.newBuilder()
                  .setAccountId("customer")
                  .setOpeningBalanceCents(500)
                  .build());
    } finally {
      channel.shutdownNow();
    }
  }

  private static String firstLine(Process process) throws IOException {
    return new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8)).readLine();
  }

  private static String errors(Process process) throws IOException {
    return new String(process.getErrorStream().readAllBytes(), UTF_8);
  }
}
