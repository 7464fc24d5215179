package io.github.grpconce.demo.audit;

import io.github.grpconce.demo.audit.Breach.Kind;
import java.time.Duration;
import java.util.List;

/** Figures for tests: of a run in which everything went well, and of one with duplicates. */
public final class SomeFigures {

  /** As grpc-once promises. */
  public static final Figures FLAWLESS =
      new Figures(
          200,
          190,
          10,
          0,
          0,
          689,
          190,
          0,
          0,
          0,
          0,
          0,
          57,
          0,
          List.of(),
          2,
          Duration.ofMillis(7_301));

  /** As without it. */
  public static final Figures DUPLICATES =
      new Figures(
          200,
          189,
          10,
          1,
          0,
          700,
          260,
          52,
          1,
          0,
          961_208,
          0,
          0,
          0,
          List.of(new Breach(Kind.ORDERED_TWICE, "tea was ordered 2 times")),
          2,
          Duration.ofMillis(6_400));

  private SomeFigures() {}
}
