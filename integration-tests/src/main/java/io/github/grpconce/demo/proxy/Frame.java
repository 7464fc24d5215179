package io.github.grpconce.demo.proxy;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * One HTTP/2 frame (RFC 9113, section 4.1).
 *
 * @param type the frame type; unknown ones are passed on
 * @param flags the frame's flags
 * @param streamId the stream, 0 for the connection
 * @param payload what follows the nine bytes of the header; at most 2²⁴−1 bytes
 */
record Frame(int type, int flags, int streamId, ByteBuffer payload) {

  static final int DATA = 0x0;
  static final int HEADERS = 0x1;
  static final int RST_STREAM = 0x3;
  static final int SETTINGS = 0x4;
  static final int WINDOW_UPDATE = 0x8;
  static final int CONTINUATION = 0x9;

  /** Of DATA and HEADERS. */
  static final int END_STREAM = 0x1;

  /** Of SETTINGS. */
  static final int ACK = 0x1;

  /** Of HEADERS and CONTINUATION. */
  static final int END_HEADERS = 0x4;

  private static final int HEADER_BYTES = 9;
  private static final int STREAM_ID_MASK = 0x7fff_ffff;

  private static final short SETTINGS_HEADER_TABLE_SIZE = 0x1;

  /**
   * The response of a gateway that has lost its upstream, {@code :status: 503}: one HPACK literal
   * that is never indexed, with the name at place 8 of the static table (RFC 7541, section 6.2.3).
   */
  private static final byte[] STATUS_503 = "\u0018\u0003503".getBytes(StandardCharsets.US_ASCII);

  /** Ends a call whose response was lost; gRPC clients make UNAVAILABLE of it. */
  static Frame gatewayLostUpstream(int streamId) {
    return new Frame(HEADERS, END_HEADERS | END_STREAM, streamId, ByteBuffer.wrap(STATUS_503));
  }

  /** Gives back flow-control window of the whole connection. */
  static Frame windowUpdate(int increment) {
    return new Frame(WINDOW_UPDATE, 0, 0, ByteBuffer.allocate(4).putInt(increment).flip());
  }

  /** Reads the next frame; blocks until it is whole. */
  static Frame read(DataInputStream in) throws IOException {
    int length = in.readUnsignedByte() << Short.SIZE | in.readUnsignedShort();
    int type = in.readUnsignedByte();
    int flags = in.readUnsignedByte();
    int streamId = in.readInt() & STREAM_ID_MASK;
    byte[] payload = in.readNBytes(length);
    if (payload.length < length) {
      throw new EOFException("the connection ended inside a frame");
    }
    return new Frame(type, flags, streamId, ByteBuffer.wrap(payload));
  }

  void writeTo(OutputStream out) throws IOException {
    int length = payload.remaining();
    ByteBuffer bytes = ByteBuffer.allocate(HEADER_BYTES + length);
    bytes.put((byte) (length >> Short.SIZE)).putShort((short) length);
    bytes.put((byte) type).put((byte) flags).putInt(streamId).put(payload.duplicate());
    out.write(bytes.array());
  }

  boolean has(int flag) {
    return (flags & flag) != 0;
  }

  boolean endsStream() {
    return (type == DATA || type == HEADERS) && has(END_STREAM);
  }

  /** Whether the next frame on the connection must continue this one's header block. */
  boolean leavesHeaderBlockOpen() {
    return (type == HEADERS || type == CONTINUATION) && !has(END_HEADERS);
  }

  /** These SETTINGS, and in the end the wish for header blocks without a dynamic table. */
  Frame withoutDynamicTable() {
    ByteBuffer settings = ByteBuffer.allocate(payload.remaining() + Short.BYTES + Integer.BYTES);
    settings.put(payload.duplicate()).putShort(SETTINGS_HEADER_TABLE_SIZE).putInt(0).flip();
    return new Frame(type, flags, streamId, settings);
  }
}
