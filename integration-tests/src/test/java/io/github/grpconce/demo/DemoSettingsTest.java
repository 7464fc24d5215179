package io.github.grpconce.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.grpconce.demo.shop.Mode;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class DemoSettingsTest {

  @Test
  void plan_saysWhatIsGoingToBeDone() {
    DemoSettings both =
        new DemoSettings(200, 7, 16, 0.1, 0.02, 2, Optional.empty(), Optional.empty());
    assertEquals(
        """
        placing 200 orders without grpc-once [unguarded], and then the same with grpc-once [guarded]
        10% of the calls lose their response, 2% their connection; kills of the payment service: 2
        seed 7, store embedded""",
        both.plan());
  }

  @Test
  void plan_ofOneRun_saysWhich() {
    Optional<Path> clusterFile = Optional.of(Path.of("fdb.cluster"));
    DemoSettings one =
        new DemoSettings(9, 8, 1, 0.125, 0, 0, clusterFile, Optional.of(Mode.GUARDED));
    assertEquals(
        """
        placing 9 orders with grpc-once [guarded]
        12.5% of the calls lose their response, 0% their connection; kills of the payment service: 0
        seed 8, store foundationdb""",
        one.plan());
  }
}
