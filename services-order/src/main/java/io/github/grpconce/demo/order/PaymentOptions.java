package io.github.grpconce.demo.order;

import java.time.Duration;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The flags that say how orders are paid for. */
final class PaymentOptions {

  /** Well below what shoppers wait for an answer. */
  private static final int MAX_TIMEOUT_MILLIS = 4_000;

  // Set by picocli before any option is.
  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init")
  private CommandSpec command;

  @Option(
      names = "--payment",
      paramLabel = "HOST:PORT",
      required = true,
      description = "Where the payment service is: HOST:PORT, or any gRPC target.")
  private String target = "";

  @Option(
      names = "--merchant",
      paramLabel = "ACCOUNT",
      description = "The account that the money goes to. Default: ${DEFAULT-VALUE}")
  private String merchantAccountId = "merchant";

  @Option(
      names = "--payment-timeout-millis",
      paramLabel = "N",
      description = "How long a charge may take, its retries included. Default: ${DEFAULT-VALUE}")
  private int timeoutMillis = 2_000;

  PaymentChannel openChannel(boolean unguarded) {
    try {
      return PaymentChannel.open(target, unguarded);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(
          command.commandLine(),
          "--payment must be HOST:PORT: " + e.getMessage(),
          e,
          command.findOption("--payment"),
          target);
    }
  }

  String merchantAccountId() {
    if (!OrderChecks.isAccountId(merchantAccountId)) {
      throw wrong("--merchant", OrderChecks.ACCOUNT_ID_RULE);
    }
    return merchantAccountId;
  }

  Duration timeout() {
    if (timeoutMillis <= 0 || timeoutMillis > MAX_TIMEOUT_MILLIS) {
      throw wrong("--payment-timeout-millis", "must be 1 to " + MAX_TIMEOUT_MILLIS);
    }
    return Duration.ofMillis(timeoutMillis);
  }

  /** Names the option to picocli, too, so that it is said if its value is the environment's. */
  private ParameterException wrong(String option, String rule) {
    return new ParameterException(
        command.commandLine(), option + " " + rule, command.findOption(option), "");
  }
}
