package io.github.grpconce.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.grpconce.simulation.defect.Defect;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class SimulateTest {

  private final StringWriter printed = new StringWriter();

  private int simulate(String... args) {
    return Simulate.run(new PrintWriter(printed, true), args);
  }

  @Test
  void range_isRunAndCounted() {
    assertEquals(0, simulate("--from", "3", "--to", "5"));
    assertTrue(printed.toString().startsWith("3 seeds in "), printed::toString);
  }

  @Test
  void transcript_isShownLineByLineWithItsHash() {
    assertEquals(0, simulate("--transcript", "--from", "3", "--to", "3"));
    String hash = Simulation.run(3, Defect.NONE, line -> {}).hash();
    assertTrue(printed.toString().contains(" server-0#0: starts\n"), printed::toString);
    assertTrue(printed.toString().contains(hash), printed::toString);
  }

  @Test
  void help_namesTheFlags() {
    assertEquals(0, simulate("--help"));
    for (String flag : new String[] {"--from", "--to", "--transcript", "Exit status"}) {
      assertTrue(printed.toString().contains(flag), printed::toString);
    }
  }

  @Test
  void rangeThatEndsBeforeItBegins_isRefused() {
    assertEquals(2, simulate("--from", "3", "--to", "2"));
    assertTrue(printed.toString().startsWith("--to is below --from"), printed::toString);
  }
}
