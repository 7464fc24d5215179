package io.github.grpconce.demo.report;

import static io.github.grpconce.demo.audit.SomeFigures.DUPLICATES;
import static io.github.grpconce.demo.audit.SomeFigures.FLAWLESS;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;

final class FiguresTableTest {

  @Test
  void bothRuns_standSideBySide() {
    assertEquals(
        """
                                            without grpc-once     with grpc-once
        orders placed                                     200                200
          confirmed to the shopper                        189                190
          declined for want of money                       10                 10
          not answered                                      1                  0
        attempts seen                                     700                689
        calls replayed                                      0                 57
        charges made                                      260                190
        orders charged twice                               52                  0
        orders charged but not confirmed                    1                  0
        orders lost                                         0                  0
        money missing                                9,612.08               0.00
        books balance                                     yes                yes
        orders still being executed                         0                  0
        breaches found in the stores                        1                  0
        payment service killed                              2                  2
        seconds                                           6.4                7.3
        """,
        FiguresTable.draw(Optional.of(DUPLICATES), Optional.of(FLAWLESS)));
  }

  @Test
  void oneRun_standsAlone() {
    String table = FiguresTable.draw(Optional.empty(), Optional.of(FLAWLESS));
    assertEquals(
        "                                       with grpc-once", table.lines().findFirst().get());
    assertEquals(
        "seconds                                           7.3",
        table.lines().skip(16).findFirst().get());
  }
}
