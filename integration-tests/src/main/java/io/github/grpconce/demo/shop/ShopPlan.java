package io.github.grpconce.demo.shop;

import io.github.grpconce.demo.proxy.FaultPlan;
import java.time.Duration;
import java.util.List;

/**
 * What a shop is made from.
 *
 * @param jars the services
 * @param mode whether they are guarded
 * @param place where they keep their data; nothing is there yet
 * @param shopperLink what goes wrong between the shopper and the order service
 * @param paymentLink what goes wrong between the order service and the payment service
 * @param copies how many processes there are of each service; above 1 only on a cluster
 * @param lease how long an order whose process gives no sign of life waits to be resumed
 * @param detour what stands between the order service and the link to the payment service
 * @param serviceFlags further flags of both services
 */
public record ShopPlan(
    ServiceJars jars,
    Mode mode,
    StorePlace place,
    FaultPlan shopperLink,
    FaultPlan paymentLink,
    int copies,
    Duration lease,
    Detour detour,
    List<String> serviceFlags) {

  /** Takes a copy of the flags. */
  public ShopPlan {
    serviceFlags = List.copyOf(serviceFlags);
  }

  /** One process of each service, which wait as long as they do by default. */
  public ShopPlan(
      ServiceJars jars, Mode mode, StorePlace place, FaultPlan shopperLink, FaultPlan paymentLink) {
    this(
        jars,
        mode,
        place,
        shopperLink,
        paymentLink,
        1,
        Duration.ofSeconds(10),
        Detour.NONE,
        List.of());
  }
}
