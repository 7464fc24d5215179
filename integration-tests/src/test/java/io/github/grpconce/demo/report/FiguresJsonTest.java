package io.github.grpconce.demo.report;

import static io.github.grpconce.demo.audit.SomeFigures.DUPLICATES;
import static io.github.grpconce.demo.audit.SomeFigures.FLAWLESS;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;

final class FiguresJsonTest {

  private static final String GUARDED =
      "{\"orders\":200,\"confirmed\":190,\"attempts\":689,\"charges\":190,"
          + "\"ordersChargedTwice\":0,\"ordersChargedNotConfirmed\":0,\"ordersLost\":0,"
          + "\"moneyMissing\":0,\"replays\":57,\"inProgress\":0,\"breaches\":0,\"kills\":2,\"seconds\":7.301}";

  private static final String UNGUARDED =
      "{\"orders\":200,\"confirmed\":189,\"attempts\":700,\"charges\":260,"
          + "\"ordersChargedTwice\":52,\"ordersChargedNotConfirmed\":1,\"ordersLost\":0,"
          + "\"moneyMissing\":961208,\"replays\":0,\"inProgress\":0,\"breaches\":1,\"kills\":2,\"seconds\":6.4}";

  @Test
  void bothRuns_areOneObjectOnOneLine() {
    assertEquals(
        "{\"seed\":7,\"store\":\"embedded\",\"unguarded\":"
            + UNGUARDED
            + ",\"guarded\":"
            + GUARDED
            + "}",
        FiguresJson.write(7, "embedded", Optional.of(DUPLICATES), Optional.of(FLAWLESS)));
  }

  @Test
  void runThatWasLeftOut_hasNoField() {
    assertEquals(
        "{\"seed\":-1,\"store\":\"foundationdb\",\"guarded\":" + GUARDED + "}",
        FiguresJson.write(-1, "foundationdb", Optional.empty(), Optional.of(FLAWLESS)));
  }
}
