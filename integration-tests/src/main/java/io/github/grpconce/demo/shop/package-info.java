/**
 * The business of the demo: who buys what, from which services, over which links.
 *
 * <p>A {@link io.github.grpconce.demo.shop.ShoppingList} says what is to be bought; a {@link
 * io.github.grpconce.demo.shop.Shop} is the two services and the faulty links before them; a {@link
 * io.github.grpconce.demo.shop.ShoppingTrip} makes the purchases and brings home an {@link
 * io.github.grpconce.demo.shop.Answer} to each. Whether they went well is none of its business: it
 * must never import the audit.
 */
@NullMarked
package io.github.grpconce.demo.shop;

import org.jspecify.annotations.NullMarked;
