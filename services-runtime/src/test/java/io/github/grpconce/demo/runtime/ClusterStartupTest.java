package io.github.grpconce.demo.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.grpconce.ErrorReason;
import io.github.grpconce.client.IdempotencyClientInterceptor;
import io.github.grpconce.demo.payment.v1.ChargeRequest;
import io.github.grpconce.demo.payment.v1.PaymentServiceGrpc;
import io.github.grpconce.teststore.StoreTest;
import io.github.grpconce.teststore.TestStore;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * A service that is told to use a cluster, and can't, as a process of its own: the native client
 * can be loaded once in a process, if it can be at all.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class ClusterStartupTest {

  private static final String READY = "listening on 127.0.0.1:";

  @TempDir private Path directory;

  /** A process, what it says, and how it ends. */
  private record Child(Process process, Path err) implements AutoCloseable {

    String firstLine() throws IOException {
      BufferedReader lines = process.inputReader(UTF_8);
      return lines.readLine();
    }

    int status() throws InterruptedException {
      return process.waitFor();
    }

    String said() throws IOException {
      return Files.readString(err);
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }

  private Child start(UnaryOperator<ProcessBuilder> environment, String... flags)
      throws IOException {
    Path err = directory.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                NoPayments.class.getName())
            .redirectError(err.toFile());
    builder.command().addAll(List.of(flags));
    return new Child(environment.apply(builder).start(), err);
  }

  /** Of a cluster at an address of this machine where nobody listens. */
  private Path clusterFile() throws IOException {
    try (ServerSocket nobodys = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return Files.writeString(
          directory.resolve("fdb.cluster"), "no:body@127.0.0.1:" + nobodys.getLocalPort() + "\n");
    }
  }

  /** Whatever this machine has installed, the linker finds a library that is none first. */
  private ProcessBuilder withoutClient(ProcessBuilder builder) {
    try {
      Files.writeString(directory.resolve("libfdb_c.so"), "no library");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    builder.environment().put("LD_LIBRARY_PATH", directory.toString());
    return builder;
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void missingNativeClient_saysWhatToInstall() throws Exception {
    try (Child service = start(this::withoutClient, "--cluster-file=" + clusterFile())) {
      assertNull(service.firstLine());
      assertEquals(ServiceProcess.FAILED, service.status());
      String said = service.said();
      assertTrue(
          said.startsWith("services-test: FoundationDB's native client (libfdb_c, 7.3 or newer)"),
          said);
      assertTrue(said.contains("install the package foundationdb-clients"), said);
      assertTrue(said.contains("or leave out --cluster-file"), said);
      assertEquals(1, said.lines().count(), said);
    }
  }

  @Test
  @StoreTest
  @EnabledIfSystemProperty(named = TestStore.CLUSTER_FILE, matches = ".+")
  void unreachableCluster_isSaid_andCallersHearThatTheStoreIsUnavailable() throws Exception {
    UnaryOperator<ProcessBuilder> asItIs = builder -> builder;
    try (Child service =
        start(asItIs, "--cluster-file=" + clusterFile(), "--verbose", "--end-with-stdin")) {
      String ready = service.firstLine();
      assertTrue(ready.startsWith(READY), ready);
      assertTrue(service.said().contains("the store can't be used, not serving until it can: "));

      assertNotServed(Integer.parseInt(ready.substring(READY.length())));

      service.process().getOutputStream().close();
      assertEquals(0, service.status());
    }
  }

  private static void assertNotServed(int port) {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", port)
            .usePlaintext()
            .intercept(IdempotencyClientInterceptor.create())
            .build();
    try {
      assertEquals(
          ServingStatus.NOT_SERVING,
          HealthGrpc.newBlockingStub(channel)
              .check(HealthCheckRequest.getDefaultInstance())
              .getStatus());
      StatusRuntimeException refusal =
          assertThrows(
              StatusRuntimeException.class,
              () ->
                  PaymentServiceGrpc.newBlockingStub(channel)
                      .charge(ChargeRequest.getDefaultInstance()));
      assertEquals(Optional.of(ErrorReason.STORE_UNAVAILABLE), ErrorReason.of(refusal));
      assertEquals(Status.Code.UNAVAILABLE, refusal.getStatus().getCode());
    } finally {
      channel.shutdownNow();
    }
  }
}
