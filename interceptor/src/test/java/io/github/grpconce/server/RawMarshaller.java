package io.github.grpconce.server;

import io.grpc.InternalMetadata;

/** Puts into headers what a client in another language can put on the wire. */
final class RawMarshaller implements InternalMetadata.TrustedAsciiMarshaller<byte[]> {

  @Override
  public byte[] toAsciiString(byte[] value) {
    return value;
  }

  @Override
  public byte[] parseAsciiString(byte[] serialized) {
    return serialized;
  }
}
