package io.github.grpconce.embedded.internal.file;

import java.io.IOException;

/** What a planted defect has the log call instead of what it should. Public for the log. */
public final class UnsyncedLog {

  private UnsyncedLog() {}

  /** Leaves the bytes with the operating system. */
  public static void flushOnly(FrameWriter segment) throws IOException {
    segment.flush();
  }
}
