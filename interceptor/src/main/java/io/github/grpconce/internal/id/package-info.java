/**
 * How request IDs are spelled, and how one is made from another.
 *
 * <p>{@code RequestIdSyntax} reads what came over the wire; {@code TimeBearing} knows the two forms
 * of an ID that says when its operation began; {@code DerivedId} has the hashes that name a
 * handler's calls. All of it belongs to the wire format.
 */
@NullMarked
package io.github.grpconce.internal.id;

import org.jspecify.annotations.NullMarked;
