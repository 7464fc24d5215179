package io.github.grpconce.internal.content;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.util.Set;

/**
 * A request's content in canonical form, and what of the request this schema doesn't know or leaves
 * out. A path is the field numbers that lead to a field, as varints; a zero at its end means: where
 * the field has the value zero, or is empty.
 *
 * @param bytes the canonical form; only to be read, through a duplicate
 * @param order tells one order of the values of closed enums from another; the bytes don't
 * @param fieldDigests a number (varint) and 16 bits for each of the first top-level fields
 * @param leftOut the paths of the fields that don't count here
 * @param unknown the paths of the fields that the schema doesn't have
 * @param unknownLists those of them that occur several times in one message
 */
public record CanonicalContent(
    ByteBuffer bytes,
    long order,
    ByteString fieldDigests,
    Set<ByteString> leftOut,
    Set<ByteString> unknown,
    Set<ByteString> unknownLists) {}
