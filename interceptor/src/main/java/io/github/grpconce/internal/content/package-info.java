/**
 * What of a request counts, in a form that doesn't depend on who reads it.
 *
 * <p>Begin with {@code RequestContent}. {@code ContentSchema} is what is known of a type, {@code
 * ContentReader} brings a message's bytes into canonical form, {@code WireFields} finds its fields,
 * {@code FieldDigests} tells them apart.
 */
@NullMarked
package io.github.grpconce.internal.content;

import org.jspecify.annotations.NullMarked;
