package io.github.grpconce.demo.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Model.OptionSpec;

class EnvironmentDefaultsTest {

  private static final OptionSpec CLUSTER_FILE = OptionSpec.builder("--cluster-file").build();

  @Test
  void option_isTakenFromTheVariableOfTheService() {
    EnvironmentDefaults defaults = defaults(Map.of("PAYMENT_CLUSTER_FILE", "/etc/fdb.cluster"));

    assertTrue(defaults.has(CLUSTER_FILE));
    assertEquals("/etc/fdb.cluster", defaults.defaultValue(CLUSTER_FILE));
  }

  @Test
  void otherServicesVariable_doesNotCount() {
    EnvironmentDefaults defaults = defaults(Map.of("ORDER_CLUSTER_FILE", "/etc/fdb.cluster"));

    assertFalse(defaults.has(CLUSTER_FILE));
    assertNull(defaults.defaultValue(CLUSTER_FILE));
  }

  @Test
  void help_isNeverTakenFromTheEnvironment() {
    OptionSpec help = OptionSpec.builder("-h", "--help").usageHelp(true).build();

    assertNull(defaults(Map.of("PAYMENT_HELP", "true")).defaultValue(help));
  }

  private static EnvironmentDefaults defaults(Map<String, String> environment) {
    return new EnvironmentDefaults("payment", environment::get);
  }
}
