package io.github.grpconce.embedded.internal.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.github.grpconce.embedded.process.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

final class DirectoryLockTest {

  @TempDir Path directory;

  @Test
  void directoryOfAnotherProcess_isRefusedWithItsIdentifier() throws IOException {
    try (ChildJvm holder = ChildJvm.start(LogProcess.class, directory)) {
      assertEquals("0", holder.nextLine());
      assertNotNull(holder.nextLine(), "the process could not use the directory");
      String refusal = refusal(directory);
      assertTrue(
          refusal.startsWith(
              directory.toRealPath() + " is in use by process " + holder.pid() + ", started at "),
          refusal);
      assertTrue(
          refusal.endsWith("Stop that process, or give this one a directory of its own."), refusal);
    }
    open(directory).close();
  }

  @Test
  void directoryOfThisProcess_isRefusedAndStaysLockedForOthers() throws IOException {
    try (CommitLog log = open(directory)) {
      String refusal = refusal(directory);
      String self = "in use by this process " + ProcessHandle.current().pid();
      assertTrue(refusal.contains(self), refusal);
      assertEquals(refusal, refusal(directory.resolve("../" + directory.getFileName())));
      try (ChildJvm other = ChildJvm.start(LogProcess.class, directory)) {
        assertEquals("0", other.nextLine());
        assertNull(other.nextLine(), "the other process got the directory");
      }
      log.append(1, Ledger.content(1)).join();
    }
    open(directory).close();
  }

  @Test
  void pathBelowAFile_isRefusedWithTheReason() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "not a directory");
    assertTrue(refusal(file).startsWith("cannot use " + file + " to store data: "), refusal(file));
    Path below = file.resolve("data");
    assertTrue(
        refusal(below)
            .endsWith(
                "Give a directory that this process can read and write, on a disk with room."),
        refusal(below));
  }

  /** A crash can leave anything in a file that nobody syncs. */
  @Test
  void nameOfTheHolderThatIsNoText_isNoObstacle() throws IOException {
    Files.write(directory.resolve("lock.pid"), new byte[] {(byte) 0xFF, 0, (byte) 0xC3});

    open(directory).close();
  }

  /** Not even an administrator can make files there. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void placeThatCannotBeWritten_isRefusedWithTheReason() {
    Path readOnly = Path.of("/proc/grpconce");
    String refusal = refusal(readOnly);
    assertTrue(refusal.startsWith("cannot use " + readOnly + " to store data: "), refusal);
    assertTrue(
        refusal.endsWith(
            "Give a directory that this process can read and write, on a disk with room."),
        refusal);
  }

  @Test
  void directoryWithoutWritePermission_isRefusedAndKeepsItsFiles() throws IOException {
    Ledger ledger = new Ledger();
    try (CommitLog log = open(directory)) {
      log.append(1, Ledger.content(1)).join();
    }
    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(directory);
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("r-xr-xr-x"));
    try {
      assumeFalse(Files.isWritable(directory), "an administrator may write everywhere");
      assertTrue(refusal(directory).startsWith("cannot use "), refusal(directory));
    } finally {
      Files.setPosixFilePermissions(directory, permissions);
    }
    CommitLog.open(directory, LogOptions.DEFAULT, ledger, ledger::snapshot).close();
    assertEquals(1, ledger.newest());
  }

  private static CommitLog open(Path directory) {
    Ledger ledger = new Ledger();
    return CommitLog.open(directory, LogOptions.DEFAULT, ledger, ledger::snapshot);
  }

  private static String refusal(Path directory) {
    return assertThrows(IllegalStateException.class, () -> open(directory)).getMessage();
  }
}
