/**
 * Stage 1 of a call's life: is its method guarded, and how.
 *
 * <p>{@code GuardedMethods} finds the {@code GuardedMethod}, {@code Settings} is what the
 * interceptor was built with. {@code CallMemory} counts what all calls keep; the rest tells
 * operators, once, what they should know of a method.
 */
@NullMarked
package io.github.grpconce.internal.method;

import org.jspecify.annotations.NullMarked;
