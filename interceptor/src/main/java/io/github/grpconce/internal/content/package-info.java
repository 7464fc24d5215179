/**
 * What of a request counts, in a form that doesn't depend on who reads it.
 *
 * <p>Begin with {@code RequestContent}. {@code ContentReader} reads a message's bytes by {@code
 * MessageRules}, which are those of a {@code ContentSchema} or the {@code SchemaNotes} of a record,
 * and writes them to a {@code CanonicalOutput}. {@code WireFields} finds a message's fields, {@code
 * UnknownFields} and {@code FieldDigests} tell fields apart.
 */
@NullMarked
package io.github.grpconce.internal.content;

import org.jspecify.annotations.NullMarked;
