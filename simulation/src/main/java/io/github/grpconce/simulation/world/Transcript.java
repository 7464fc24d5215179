package io.github.grpconce.simulation.world;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Everything that happened in a run, line by line, and a hash by which two runs are compared. */
public final class Transcript {

  /** Gets the lines as they are written. */
  public interface Reader {
    void read(String line);
  }

  private final EventLoop loop;
  private final Reader reader;
  private final MessageDigest digest;

  Transcript(EventLoop loop, Reader reader) {
    this.loop = loop;
    this.reader = reader;
    try {
      this.digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  public void note(String who, String what) {
    String line = loop.nanoTime() + " " + who + ": " + what;
    digest.update(line.getBytes(UTF_8));
    digest.update((byte) '\n');
    reader.read(line);
  }

  /** Returns the hash of all lines, and begins another. */
  public String hash() {
    return HexFormat.of().formatHex(digest.digest());
  }
}
