/**
 * For operators: how long records are kept, what is half done, and how to end it.
 *
 * <p>A {@link io.github.grpconce.operator.RetentionSweeper} forgets what is older than the
 * retention. A {@link io.github.grpconce.operator.RecordInspector} lists what is in progress, and a
 * {@link io.github.grpconce.operator.RecordResolver} ends it, or sets it going again.
 *
 * <p>This package never imports the client or the server.
 */
@NullMarked
package io.github.grpconce.operator;

import org.jspecify.annotations.NullMarked;
