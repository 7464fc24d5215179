package io.github.grpconce.demo.runtime;

import static io.github.grpconce.demo.runtime.ServiceUnderTest.assertRefused;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.grpconce.demo.payment.v1.GetAccountRequest;
import io.github.grpconce.demo.payment.v1.PaymentServiceGrpc;
import io.github.grpconce.teststore.OnEngineOnly;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a service says of a directory that it can't use. */
@OnEngineOnly("files")
class DataDirectoryTest {

  @TempDir private Path directory;

  @Test
  void directoryOfAnotherService_saysWhoHasIt() throws Exception {
    String data = "--data=" + directory;
    try (ServiceUnderTest first = ServiceUnderTest.start(new NoPayments(), data)) {
      assertTrue(first.port() > 0);

      assertRefused(ServiceProcess.FAILED, "process " + ProcessHandle.current().pid(), data);
    }
  }

  @Test
  void directoryThatIsAFile_saysSo() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "x");

    assertRefused(ServiceProcess.FAILED, file.toString(), "--data=" + file);
  }

  @Test
  void damagedLog_isRefusedAndNamed() throws Exception {
    String data = "--data=" + directory;
    try (ServiceUnderTest service = ServiceUnderTest.start(new NoPayments(), data)) {
      commitSomething(service);
    }
    List<Path> files;
    try (Stream<Path> found = Files.list(directory)) {
      files = found.filter(Files::isRegularFile).toList();
    }
    for (Path file : files) {
      damage(file);
    }

    assertRefused(ServiceProcess.FAILED, directory.toString(), data);
  }

  /** The attempt is counted in the store, whatever becomes of it. */
  private static void commitSomething(ServiceUnderTest service) throws IOException {
    ManagedChannel channel = service.connect();
    for (int i = 0; i < 10; i++) {
      assertThrows(
          StatusRuntimeException.class,
          () ->
              PaymentServiceGrpc.newBlockingStub(channel)
                  .getAccount(GetAccountRequest.getDefaultInstance()));
    }
    channel.shutdownNow();
  }

  private static void damage(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    for (int i = 0; i < bytes.length; i += 7) {
      bytes[i] ^= 0x55;
    }
    Files.write(file, bytes);
  }
}
