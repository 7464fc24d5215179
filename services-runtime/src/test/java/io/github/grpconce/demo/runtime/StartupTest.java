package io.github.grpconce.demo.runtime;

import static io.github.grpconce.demo.runtime.ServiceUnderTest.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What keeps a service from starting, and what it says of it. */
class StartupTest {

  @TempDir private Path directory;

  @Test
  void unknownFlag_isUsage() throws Exception {
    assertRefused(ServiceProcess.USAGE, "Unknown option: '--prot=1'", "--prot=1");
  }

  @Test
  void portThatIsNoNumber_isUsage() throws Exception {
    assertRefused(
        ServiceProcess.USAGE, "Invalid value for option '--port': 'x' is not an int", "--port=x");
  }

  @Test
  void portOutOfRange_isUsage() throws Exception {
    assertRefused(ServiceProcess.USAGE, "--port must be 0 to 65535", "--port=65536");
  }

  @Test
  void drainOutOfRange_isUsage() throws Exception {
    assertRefused(ServiceProcess.USAGE, "--drain-seconds must be 0 to 3600", "--drain-seconds=-1");
  }

  @Test
  void retentionOutOfRange_isUsage() throws Exception {
    for (String retention : List.of("PT59S", "P3654D", "-PT1H")) {
      assertRefused(
          ServiceProcess.USAGE,
          "--retention must be PT1M (a minute) to P3653D (ten years)",
          "--retention=" + retention);
    }
  }

  @Test
  void whatIsNoDuration_isUsage_andSaysWhatOneLooksLike() throws Exception {
    for (String flag : List.of("--retention", "--lease")) {
      for (String value : List.of("5", "5s", "PT", "10m", "")) {
        assertRefused(
            ServiceProcess.USAGE, "Invalid value for option '" + flag + "'", flag + "=" + value);
        assertRefused(
            ServiceProcess.USAGE,
            "'" + value + "' is no duration: write PT5S for five seconds",
            flag + "=" + value);
      }
    }
  }

  @Test
  void leaseOutOfRange_isUsage() throws Exception {
    for (String lease : List.of("PT0.999S", "PT24H1S", "-PT10S")) {
      assertRefused(
          ServiceProcess.USAGE,
          "--lease must be PT1S (a second) to P1D (a day)",
          "--lease=" + lease);
    }
  }

  @Test
  void dataAndClusterFile_excludeEachOther() throws Exception {
    assertRefused(
        ServiceProcess.USAGE,
        "--data and --cluster-file exclude each other",
        "--data=x",
        "--cluster-file=y");
  }

  @Test
  void wrongVariable_isNamed() throws Exception {
    try (ServiceUnderTest service =
        ServiceUnderTest.start(new NoPayments(), Map.of("TEST_PORT", "x"))) {
      assertEquals(ServiceProcess.USAGE, service.status());
      assertTrue(
          service.err().contains("'x' is not an int (from the environment variable TEST_PORT)"),
          service.err());
    }
  }

  @Test
  void variableOutOfRange_isNamed() throws Exception {
    try (ServiceUnderTest service =
        ServiceUnderTest.start(new NoPayments(), Map.of("TEST_PORT", "65536"))) {
      assertEquals(ServiceProcess.USAGE, service.status());
      assertTrue(
          service
              .err()
              .contains("--port must be 0 to 65535 (from the environment variable TEST_PORT)"),
          service.err());
    }
  }

  @Test
  void missingClusterFile_saysSo() throws Exception {
    Path missing = directory.resolve("fdb.cluster");

    assertRefused(
        ServiceProcess.FAILED,
        "cannot read the cluster file " + missing,
        "--cluster-file=" + missing);
  }

  @Test
  void portThatIsTaken_saysSoAndWhatToDo() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertRefused(
          ServiceProcess.FAILED,
          "cannot listen on 127.0.0.1:%d".formatted(taken.getLocalPort()),
          "--data=" + directory,
          "--port=" + taken.getLocalPort());
    }
  }

  @Test
  void portThatIsTaken_leavesTheDirectoryFree() throws Exception {
    portThatIsTaken_saysSoAndWhatToDo();

    try (ServiceUnderTest service =
        ServiceUnderTest.start(new NoPayments(), "--data=" + directory)) {
      assertTrue(service.port() > 0);
    }
  }

  @Test
  void hostThatIsUnknown_saysSo() throws Exception {
    assertRefused(
        ServiceProcess.FAILED,
        "cannot listen on no-such-host.invalid:0: there is no such host. Choose another --host",
        "--data=" + directory,
        "--host=no-such-host.invalid");
  }
}
