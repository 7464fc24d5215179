package io.github.grpconce.embedded.internal.log;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a log's thread is. */
@Timeout(60)
final class LogThreadTest {

  @Test
  void thread_isADaemon_andInheritsNothing() {
    InheritableThreadLocal<String> caller = new InheritableThreadLocal<>();
    caller.set("who opens the log");
    List<String> found = new ArrayList<>();

    try (LogThread thread = new LogThread("a log's")) {
      thread.execute(() -> found.add(caller.get() + " " + Thread.currentThread().isDaemon()));
    }

    assertEquals(List.of("null true"), found);
  }
}
