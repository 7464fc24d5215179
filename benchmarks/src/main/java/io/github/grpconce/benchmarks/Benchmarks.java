package io.github.grpconce.benchmarks;

import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;

/** Runs the benchmarks with JMH's own flags, then prints each figure beside its baseline. */
public final class Benchmarks {

  private Benchmarks() {}

  public static void main(String[] args) throws RunnerException, CommandLineOptionException {
    System.out.println(Report.of(new Runner(new CommandLineOptions(args)).run()));
  }
}
