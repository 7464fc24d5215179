package io.github.grpconce.demo.harness;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How a service is started: so that it ends with this process, however this one ends. It is told to
 * stop when its standard input does, and this process holds the other end of that.
 *
 * @param name stands for the service in messages and in its log's name
 * @param jar is run with {@code java -jar}
 * @param arguments the service's flags
 */
public record Launch(String name, Path jar, List<String> arguments) {

  /**
   * Quick to start and small: a service of the demo lives for seconds, beside two other JVMs on
   * perhaps two cores.
   */
  private static final List<String> JVM_FLAGS =
      List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m", "-Xshare:auto");

  private static final String END_WITH_THIS_PROCESS = "--end-with-stdin";

  /** Takes a copy of the arguments. */
  public Launch {
    arguments = List.copyOf(arguments);
  }

  /** Returns the same launch with more flags. */
  public Launch with(String... more) {
    List<String> all = new ArrayList<>(arguments);
    all.addAll(List.of(more));
    return new Launch(name, jar, all);
  }

  List<String> command() {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(JVM_FLAGS);
    command.addAll(List.of("-jar", jar.toString()));
    command.addAll(arguments);
    command.add(END_WITH_THIS_PROCESS);
    return command;
  }
}
