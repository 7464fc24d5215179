package io.github.grpconce.embedded.log;

import java.io.IOException;

/** What a planted defect has the log call instead of what it should. */
final class UnsyncedLog {

  private UnsyncedLog() {}

  /** Leaves the bytes with the operating system. */
  static void flushOnly(FrameWriter segment) throws IOException {
    segment.flush();
  }
}
