package io.github.grpconce.demo.chaos;

import com.apple.foundationdb.subspace.Subspace;
import io.github.grpconce.demo.handler.ExecutionLog;
import io.github.grpconce.demo.order.OrderServer;
import io.github.grpconce.demo.payment.PaymentServer;
import io.github.grpconce.demo.runtime.MarkedCommits;
import io.github.grpconce.demo.runtime.Store;
import io.github.grpconce.demo.shop.StorePlace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * What happened to commits and executions in a run, as the services have logged it. Those of a
 * process that was killed before it could log them are missing.
 *
 * @param landed commits whose result was unknown, and that had landed
 * @param dropped those that had not
 * @param takenOver executions that went on from another's steps because an attempt came back
 * @param resumed those that did because the server went on by itself
 * @param fenced executions that were not allowed to do a further step
 */
record Happenings(long landed, long dropped, long takenOver, long resumed, long fenced) {

  /** The first step of placing an order: who goes on from another execution finds it done. */
  private static final String FIRST_STEP = "create";

  /**
   * Counts them.
   *
   * @param logs the directory with the services' logs
   * @param place where the services have their stores, which can be read
   */
  static Happenings read(Path logs, StorePlace place) throws IOException {
    long orders = unknown(logs, OrderServer.NAME);
    long payments = unknown(logs, PaymentServer.NAME);
    long landed = landed(logs, OrderServer.NAME, place) + landed(logs, PaymentServer.NAME, place);
    List<String> lines = lines(logs, OrderServer.NAME);
    return new Happenings(
        landed,
        orders + payments - landed,
        count(lines, ExecutionLog.skipped(FIRST_STEP, /* resumed= */ false)),
        count(lines, ExecutionLog.skipped(FIRST_STEP, /* resumed= */ true)),
        count(lines, ExecutionLog.FENCED));
  }

  private static long unknown(Path logs, String service) throws IOException {
    return count(lines(logs, service), MarkedCommits.UNKNOWN);
  }

  private static long landed(Path logs, String service, StorePlace place) throws IOException {
    Subspace marks = place.space(service).marks();
    try (Store store = place.open(service)) {
      return lines(logs, service).stream()
          .filter(line -> line.contains(MarkedCommits.UNKNOWN))
          .map(line -> line.substring(line.lastIndexOf(' ') + 1))
          .filter(mark -> MarkedCommits.landed(store.database(), marks, UUID.fromString(mark)))
          .count();
    }
  }

  private static long count(List<String> lines, String text) {
    return lines.stream().filter(line -> line.contains(text)).count();
  }

  private static List<String> lines(Path logs, String service) throws IOException {
    try (Stream<Path> files = Files.list(logs)) {
      Path log =
          files.filter(file -> file.toString().endsWith(service + ".log")).findAny().orElseThrow();
      return Files.readAllLines(log);
    }
  }

  @Override
  public String toString() {
    long unknown = landed + dropped;
    String commits =
        unknown == 0
            ? "no commit came back unknown, so this run says nothing of that"
            : "%d commits came back unknown: %d had landed, %d had not"
                .formatted(unknown, landed, dropped);
    return "%s; %s; %s; %s"
        .formatted(
            commits,
            said(takenOver, "taken over by an attempt that came back"),
            said(resumed, "resumed by a server"),
            said(fenced, "fenced"));
  }

  private static String said(long number, String what) {
    return number == 0
        ? "no execution was %s, so this run says nothing of that".formatted(what)
        : "executions %s: %d".formatted(what, number);
  }
}
