/**
 * What the handlers of the demo's services stand on: where their writes go, how requests are
 * checked, how lists are paged, and how answers and refusals are sent.
 *
 * <p>Start with {@link io.github.grpconce.demo.handler.Execution}: it keeps handlers free of the
 * question whether they are guarded. Must never import {@code io.github.grpconce.demo.runtime}: a
 * handler doesn't know what process it runs in.
 */
@NullMarked
package io.github.grpconce.demo.handler;

import org.jspecify.annotations.NullMarked;
