package io.github.grpconce.demo.shop;

import io.github.grpconce.demo.proxy.FaultPlan;

/**
 * What a shop is made from.
 *
 * @param jars the services
 * @param mode whether they are guarded
 * @param place where they keep their data; nothing is there yet
 * @param shopperLink what goes wrong between the shopper and the order service
 * @param paymentLink what goes wrong between the order service and the payment service
 */
public record ShopPlan(
    ServiceJars jars, Mode mode, StorePlace place, FaultPlan shopperLink, FaultPlan paymentLink) {}
