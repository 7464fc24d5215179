package io.github.grpconce.demo.chaos;

import io.github.grpconce.demo.harness.RestartableService;
import io.github.grpconce.demo.order.OrderServer;
import io.github.grpconce.demo.payment.PaymentServer;
import io.github.grpconce.demo.proxy.Direction;
import io.github.grpconce.demo.proxy.Link;
import io.github.grpconce.demo.shop.Shop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * Makes troubles begin and end. Used by one thread for each target.
 *
 * @param data where the embedded engines have their directories, each named for its service
 * @param cluster hurts the cluster; not asked where the schedule doesn't strike it
 */
record Saboteur(Shop shop, Path data, ClusterCommand cluster) {

  /** A few commits fit in, and the last of them in part. */
  private static final long ROOM_BYTES = 1_000;

  private static final Duration SLOW_FRAME = Duration.ofMillis(10);
  private static final long SLOW_BYTES_PER_SECOND = 20_000;

  void begin(Strike strike) throws IOException, InterruptedException {
    if (strike.target() == Target.CLUSTER) {
      cluster.begin(strike.trouble(), strike.copy());
    } else if (strike.target().isService()) {
      begin(strike.trouble(), service(strike), strike.target());
    } else {
      begin(strike.trouble(), link(strike.target()));
    }
  }

  void end(Strike strike) throws IOException, InterruptedException {
    if (strike.target() == Target.CLUSTER) {
      cluster.heal();
    } else if (strike.target().isService()) {
      end(strike.trouble(), service(strike));
    } else {
      link(strike.target()).heal();
    }
  }

  private void begin(Trouble trouble, RestartableService service, Target target)
      throws IOException, InterruptedException {
    switch (trouble) {
      case KILLED -> service.kill();
      case PAUSED -> service.pause();
      case DISK_FULL -> service.limitFileSize(largestFile(target) + ROOM_BYTES);
      default -> throw new IllegalArgumentException("no trouble of services: " + trouble);
    }
  }

  private static void end(Trouble trouble, RestartableService service)
      throws IOException, InterruptedException {
    switch (trouble) {
      case KILLED -> service.start();
      case PAUSED -> service.resume();
      case DISK_FULL -> {
        service.kill();
        service.start();
      }
      default -> throw new IllegalArgumentException("no trouble of services: " + trouble);
    }
  }

  private static void begin(Trouble trouble, Link link) {
    switch (trouble) {
      case CUT -> link.cut();
      case BLACK_HOLE -> {
        link.stall(Direction.REQUESTS);
        link.stall(Direction.RESPONSES);
      }
      case REQUESTS_STALLED -> link.stall(Direction.REQUESTS);
      case RESPONSES_STALLED -> link.stall(Direction.RESPONSES);
      case HALF_OPEN -> link.strand();
      case SLOW -> link.slow(SLOW_FRAME, SLOW_BYTES_PER_SECOND);
      default -> throw new IllegalArgumentException("no trouble of links: " + trouble);
    }
  }

  private RestartableService service(Strike strike) {
    List<RestartableService> services =
        strike.target() == Target.ORDER_SERVICE ? shop.orders() : shop.payments();
    return services.get(strike.copy());
  }

  private Link link(Target target) {
    return (target == Target.SHOPPER_LINK ? shop.shopperLink() : shop.paymentLink()).link();
  }

  private long largestFile(Target target) throws IOException {
    String service = target == Target.ORDER_SERVICE ? OrderServer.NAME : PaymentServer.NAME;
    try (Stream<Path> files = Files.list(data.resolve(service))) {
      return files.map(Path::toFile).mapToLong(java.io.File::length).max().orElse(0);
    }
  }
}
