package io.github.grpconce.demo.shop;

/**
 * Somebody with an account.
 *
 * @param accountId the account's name at the payment service
 * @param openingBalanceCents what is in it before the first purchase
 */
public record Customer(String accountId, long openingBalanceCents) {}
