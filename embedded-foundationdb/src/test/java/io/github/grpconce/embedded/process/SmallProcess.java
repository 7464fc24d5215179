package io.github.grpconce.embedded.process;

import io.github.grpconce.embedded.EmbeddedDatabase;
import java.nio.file.Path;

/** A process with little memory that opens a database, and says what came of it. */
final class SmallProcess {
  static final String OPENED = "opened";

  private SmallProcess() {}

  public static void main(String[] args) {
    try {
      EmbeddedDatabase.open(Path.of(args[0])).close();
      ChildJvm.say(OPENED);
    } catch (IllegalStateException refusal) {
      ChildJvm.say(refusal.getMessage());
    }
  }
}
