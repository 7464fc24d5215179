package io.github.grpconce.demo.runtime;

import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Takes the options that aren't given on the command line from the environment: {@code
 * --cluster-file} of the service {@code payment} from {@code PAYMENT_CLUSTER_FILE}.
 */
final class EnvironmentDefaults implements IDefaultValueProvider {

  private final String prefix;
  private final Function<String, @Nullable String> environment;

  EnvironmentDefaults(String serviceName, Function<String, @Nullable String> environment) {
    this.prefix = serviceName.toUpperCase(Locale.ROOT) + "_";
    this.environment = environment;
  }

  /** Returns the name of the variable that stands for an option. */
  String variable(OptionSpec option) {
    String name = option.longestName().substring("--".length());
    return prefix + name.toUpperCase(Locale.ROOT).replace('-', '_');
  }

  /** Returns whether a variable that is set stands for the option. */
  boolean has(OptionSpec option) {
    return environment.apply(variable(option)) != null;
  }

  // picocli reads null as "no default here"; its interface says so only in prose.
  @Override
  @SuppressWarnings("NullAway")
  public String defaultValue(ArgSpec argument) {
    boolean configurable = argument instanceof OptionSpec option && !option.usageHelp();
    return configurable ? environment.apply(variable((OptionSpec) argument)) : null;
  }
}
