package io.github.grpconce.demo.harness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.grpconce.demo.Wait;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
final class ProcessesTest {

  @TempDir Path directory;

  private Launch launch;
  private Processes processes;

  @BeforeEach
  void open() throws Exception {
    launch = FakeService.launch(directory);
    processes = new Processes(directory);
  }

  @AfterEach
  void close() {
    processes.close();
  }

  @Test
  void awaitReady_returnsThePortThatTheServiceNames() throws Exception {
    assertEquals(4711, start("serve", "4711").awaitReady());
  }

  @Test
  void awaitReady_showsTheLogOfAServiceThatFails() throws Exception {
    ServiceProcess service = start("fail");
    HarnessException failure = assertThrows(HarnessException.class, service::awaitReady);
    assertTrue(failure.getMessage().contains("status 3"), failure::getMessage);
    assertTrue(failure.getMessage().contains("the disk is on fire"), failure::getMessage);
  }

  @Test
  void stop_endsTheProcess() throws Exception {
    ServiceProcess service = start("serve", "1");
    service.awaitReady();
    service.stop();
    HarnessException again = assertThrows(HarnessException.class, service::stop);
    assertTrue(again.getMessage().contains("status 143"), again::getMessage);
  }

  @Test
  void kill_sparesTheProcessNothing() throws Exception {
    ServiceProcess service = start("serve", "1");
    service.awaitReady();
    service.kill();
    HarnessException dead = assertThrows(HarnessException.class, service::stop);
    assertTrue(dead.getMessage().contains("status 137"), dead::getMessage);
  }

  @Test
  void crash_isReported() throws Exception {
    CountDownLatch crashed = new CountDownLatch(1);
    processes.start(launch.with("fail"), crashed::countDown);
    assertTrue(crashed.await(30, TimeUnit.SECONDS));
  }

  @Test
  void killAndStop_areNotReportedAsCrashes() throws Exception {
    CountDownLatch crashed = new CountDownLatch(1);
    ServiceProcess killed = processes.start(launch.with("serve", "1"), crashed::countDown);
    killed.awaitReady();
    killed.kill();
    ServiceProcess stopped = processes.start(launch.with("serve", "1"), crashed::countDown);
    stopped.awaitReady();
    stopped.stop();
    assertEquals(1, crashed.getCount());
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void pausedService_standsStillUntilItIsResumed() throws Exception {
    ServiceProcess service = start("serve", "1");
    service.awaitReady();
    ProcessHandle process = ProcessHandle.current().children().findFirst().orElseThrow();
    service.pause();
    Wait.until("it is stopped", Duration.ofSeconds(30), () -> isStopped(process));
    service.resume();
    Wait.until("it is running", Duration.ofSeconds(30), () -> !isStopped(process));
    service.stop();
  }

  @Test
  void restartableService_comesBackOnItsPort() throws Exception {
    RestartableService service =
        new RestartableService(processes, launch.with("serve", "4711"), () -> {});
    service.kill();
    service.start();
    assertEquals(4711, service.port());
    service.stop();
    String log = Files.readString(directory.resolve("fake.log"));
    assertTrue(log.contains("arguments: serve 4711 --port 4711"), log);
  }

  @Test
  void restartedService_appendsToTheSameLog() throws Exception {
    start("serve", "1").awaitReady();
    start("serve", "2").awaitReady();
    HarnessException failure =
        assertThrows(HarnessException.class, () -> start("fail").awaitReady());
    for (String line : List.of("arguments: serve 1", "arguments: serve 2", "arguments: fail")) {
      assertTrue(failure.getMessage().contains(line), failure::getMessage);
    }
  }

  @Test
  void close_leavesNothingRunning() throws Exception {
    start("serve", "1").awaitReady();
    start("serve", "2").awaitReady();
    List<ProcessHandle> children = ProcessHandle.current().children().toList();
    assertEquals(2, children.size());
    processes.close();
    for (ProcessHandle child : children) {
      child.onExit().get(30, TimeUnit.SECONDS);
      assertFalse(child.isAlive());
    }
  }

  @Test
  void closed_startsNothing() {
    processes.close();
    assertThrows(IllegalStateException.class, () -> start("serve", "1"));
  }

  private ServiceProcess start(String... arguments) throws IOException {
    return processes.start(launch.with(arguments), () -> {});
  }

  /** The third field of /proc/PID/stat, behind the name in parentheses; see proc(5). */
  private static boolean isStopped(ProcessHandle process) throws IOException {
    String stat = Files.readString(Path.of("/proc", String.valueOf(process.pid()), "stat"));
    return stat.substring(stat.lastIndexOf(')') + 1).strip().startsWith("T");
  }
}
