/** Orders, for which the payment service charges. */
@NullMarked
package io.github.grpconce.demo.order;

import org.jspecify.annotations.NullMarked;
