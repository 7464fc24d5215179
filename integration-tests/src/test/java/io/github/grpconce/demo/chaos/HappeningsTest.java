package io.github.grpconce.demo.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.apple.foundationdb.tuple.Tuple;
import io.github.grpconce.demo.handler.ExecutionLog;
import io.github.grpconce.demo.order.OrderServer;
import io.github.grpconce.demo.payment.PaymentServer;
import io.github.grpconce.demo.runtime.MarkedCommits;
import io.github.grpconce.demo.runtime.Store;
import io.github.grpconce.demo.shop.StorePlace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HappeningsTest {

  private final UUID landed = UUID.randomUUID();
  private final UUID dropped = UUID.randomUUID();
  @TempDir Path logs;
  @TempDir Path data;

  @BeforeEach
  void writeLogs() throws Exception {
    log(OrderServer.NAME);
    log(PaymentServer.NAME);
  }

  @Test
  void nothingInTheLogs_isSaidOfEachKind() throws Exception {
    assertEquals(new Happenings(0, 0, 0, 0, 0), read());
    assertEquals(
        "no commit came back unknown, so this run says nothing of that;"
            + " no execution was taken over by an attempt that came back, so this run says nothing"
            + " of that;"
            + " no execution was resumed by a server, so this run says nothing of that;"
            + " no execution was fenced, so this run says nothing of that",
        read().toString());
  }

  @Test
  void eachKind_isCounted() throws Exception {
    log(
        OrderServer.NAME,
        MarkedCommits.UNKNOWN + dropped,
        ExecutionLog.skipped("create", false),
        ExecutionLog.skipped("create", true),
        ExecutionLog.skipped("create", true),
        ExecutionLog.skipped("confirm", true),
        ExecutionLog.FENCED,
        ExecutionLog.FENCED,
        ExecutionLog.FENCED);
    log(PaymentServer.NAME, MarkedCommits.UNKNOWN + landed);
    StorePlace place = new StorePlace.Embedded(data);
    try (Store store = place.open(PaymentServer.NAME)) {
      byte[] mark = place.space(PaymentServer.NAME).marks().pack(Tuple.from(landed));
      store
          .database()
          .run(
              transaction -> {
                transaction.set(mark, new byte[0]);
                return mark;
              });
    }
    assertEquals(new Happenings(1, 1, 1, 2, 3), read());
    assertEquals(
        "2 commits came back unknown: 1 had landed, 1 had not;"
            + " executions taken over by an attempt that came back: 1;"
            + " executions resumed by a server: 2; executions fenced: 3",
        read().toString());
  }

  private Happenings read() throws Exception {
    return Happenings.read(logs, new StorePlace.Embedded(data));
  }

  private void log(String service, String... lines) throws Exception {
    Files.write(
        logs.resolve("guarded-" + service + ".log"),
        List.of(lines).stream().map(line -> "INFO: " + line).toList());
  }
}
