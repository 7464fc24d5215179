/**
 * The README's example, compiled and run by tests so that it can't rot.
 *
 * <p>Must never import anything of the demo but its generated gRPC code: it is what a user writes.
 */
@NullMarked
package io.github.grpconce.example;

import org.jspecify.annotations.NullMarked;
