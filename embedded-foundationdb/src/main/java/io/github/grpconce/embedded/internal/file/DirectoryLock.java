package io.github.grpconce.embedded.internal.file;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a directory to one process: a lock of the operating system, which ends with the process
 * however that ends, and beside it the holder's name for others to read.
 *
 * <p>The name is in a file of its own for a reason: when a process closes any channel to a locked
 * file, POSIX drops the lock that it holds through another one. So a second attempt in the same
 * process must be recognised without touching the locked file.
 */
final class DirectoryLock implements Closeable {

  private static final String LOCK_FILE = "lock";
  private static final String HOLDER_FILE = "lock.pid";

  /** A process identifier alone would come round again, in a container at the next start. */
  private static final String SELF =
      String.format(
          "process %d, started at %s",
          ProcessHandle.current().pid(),
          ProcessHandle.current().info().startInstant().orElseGet(Instant::now));

  private final FileChannel channel;
  private final Path holderFile;

  private DirectoryLock(FileChannel channel, Path holderFile) {
    this.channel = channel;
    this.holderFile = holderFile;
  }

  /** Synchronized: two threads must not both miss the other's name. */
  static synchronized DirectoryLock acquire(Path directory) throws IOException {
    Path holderFile = directory.resolve(HOLDER_FILE);
    if (holder(holderFile).equals(SELF)) {
      throw inUse(directory, "this " + SELF);
    }
    FileChannel channel =
        FileChannel.open(
            directory.resolve(LOCK_FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (tryLock(channel) == null) {
        throw inUse(directory, holder(holderFile));
      }
      Files.writeString(holderFile, SELF);
      return new DirectoryLock(channel, holderFile);
    } catch (IOException | RuntimeException e) {
      try (channel) {
        throw e;
      }
    }
  }

  @Override
  public void close() throws IOException {
    try (channel) {
      Files.deleteIfExists(holderFile);
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // held by this process, which lost its name
    }
  }

  private static String holder(Path holderFile) throws IOException {
    try {
      // What a crash left there can be anything, and every byte is a letter in this charset.
      return Files.readString(holderFile, ISO_8859_1);
    } catch (NoSuchFileException e) {
      return "another process";
    }
  }

  private static IllegalStateException inUse(Path directory, String holder) {
    return new IllegalStateException(
        String.format(
            "%s is in use by %s. Stop that process, or give this one a directory of its own.",
            directory, holder));
  }
}
