/**
 * What is asked for, and what is done about it. A {@code Crowd} of {@code Shopper}s has purchases
 * made; the handlers of {@code BankService} and {@code ShopService} count each effect in the {@code
 * Ledger}, whose {@code Books} are audited in the end.
 */
@NullMarked
package io.github.grpconce.simulation.shop;

import org.jspecify.annotations.NullMarked;
