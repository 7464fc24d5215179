package io.github.grpconce.demo.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
final class ClusterCommandTest {

  @TempDir Path directory;

  @Test
  void eachTroubleOfAClusterAndItsEnd_isAskedFor() throws Exception {
    ClusterCommand command = command("echo \"$@\" >>asked");
    for (Trouble trouble : Trouble.of(Target.CLUSTER, true)) {
      command.begin(trouble, 2);
      command.heal();
    }
    List<String> asked = Files.readAllLines(directory.resolve("asked"));
    assertEquals(
        Set.of(
            "kill commit_proxy 2",
            "kill log 2",
            "kill storage 2",
            "pause commit_proxy 2",
            "pause log 2",
            "pause storage 2",
            "heal"),
        Set.copyOf(asked));
    assertEquals(12, asked.size());
  }

  @Test
  void failure_isNotPassedOver() throws Exception {
    ClusterCommand command = command("echo nobody has that role; exit 3");
    AssertionError failure =
        assertThrows(AssertionError.class, () -> command.begin(Trouble.LOG_KILLED, 0));
    assertTrue(String.valueOf(failure.getMessage()).contains("nobody has that role"));
  }

  private ClusterCommand command(String script) throws Exception {
    Path path = directory.resolve("hurt");
    Files.writeString(path, "#!/bin/sh\ncd \"$(dirname \"$0\")\"\n" + script + "\n");
    assertTrue(path.toFile().setExecutable(true));
    return new ClusterCommand(path.toString());
  }
}
