/** What both sides of a guarded call share: request IDs, guards and the reasons of refusals. */
@NullMarked
package io.github.grpconce;

import org.jspecify.annotations.NullMarked;
