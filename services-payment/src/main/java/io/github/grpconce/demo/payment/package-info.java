/** Accounts and charges, in double entry. */
@NullMarked
package io.github.grpconce.demo.payment;

import org.jspecify.annotations.NullMarked;
