/** Shows that handlers take effect once. */
@NullMarked
package io.github.grpconce.testing;

import org.jspecify.annotations.NullMarked;
