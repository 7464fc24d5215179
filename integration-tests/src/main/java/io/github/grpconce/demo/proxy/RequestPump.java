package io.github.grpconce.demo.proxy;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.Map;

/** Moves frames from the client to the server, and decides each call's fate on the way. */
final class RequestPump {

  /** "PRI * HTTP/2.0" and so on, with which every client begins (RFC 9113, section 3.4). */
  private static final int PREFACE_BYTES = 24;

  private final DataInputStream in;
  private final OutputStream out;
  private final Calls calls;
  private final ProxiedConnection connection;
  private final Map<Integer, ContentDigest> open = new HashMap<>();

  RequestPump(DataInputStream in, OutputStream out, Calls calls, ProxiedConnection connection) {
    this.in = in;
    this.out = out;
    this.calls = calls;
    this.connection = connection;
  }

  /** Returns when the connection was reset on purpose; throws when either side is gone. */
  void run() throws IOException, InterruptedException {
    forwardPreface();
    boolean inHeaderBlock = false;
    while (!connection.isClosed()) {
      Frame frame = Frame.read(in);
      connection.awaitPassage(Direction.REQUESTS, frame);
      if (!inHeaderBlock) {
        giveWindowBack();
      }
      forward(frame);
      inHeaderBlock = frame.leavesHeaderBlockOpen();
    }
  }

  private void forwardPreface() throws IOException {
    byte[] preface = in.readNBytes(PREFACE_BYTES);
    if (preface.length < PREFACE_BYTES) {
      throw new EOFException("the connection ended inside the preface");
    }
    out.write(preface);
  }

  /** For responses that the client will never see, and so never acknowledge. */
  private void giveWindowBack() throws IOException {
    int bytes = connection.takeSwallowedBytes();
    if (bytes > 0) {
      Frame.windowUpdate(bytes).writeTo(out);
    }
  }

  private void forward(Frame frame) throws IOException, InterruptedException {
    if (frame.type() == Frame.SETTINGS && !frame.has(Frame.ACK)) {
      frame.withoutDynamicTable().writeTo(out);
      return;
    }
    if (frame.type() == Frame.RST_STREAM) {
      open.remove(frame.streamId());
      connection.forget(frame.streamId());
    }
    if (isPartOfRequest(frame) && frame.endsStream()) {
      endRequest(frame);
    } else {
      frame.writeTo(out);
    }
  }

  /** Notes what the frame adds to its call's content. */
  private boolean isPartOfRequest(Frame frame) {
    if (frame.type() == Frame.HEADERS) {
      open.putIfAbsent(frame.streamId(), new ContentDigest());
      return true;
    }
    ContentDigest content = open.get(frame.streamId());
    if (frame.type() != Frame.DATA || content == null) {
      return false;
    }
    content.add(frame.payload().duplicate());
    return true;
  }

  private void endRequest(Frame last) throws IOException, InterruptedException {
    ContentDigest content = open.remove(last.streamId());
    if (content == null) {
      throw new IOException("stream " + last.streamId() + " ended without having begun");
    }
    Fault fault = calls.decide(content.value());
    connection.hold(fault.requestDelay());
    if (fault.kind() == Fault.Kind.RESET_AT_REQUEST) {
      connection.reset();
      return;
    }
    connection.expectResponse(last.streamId(), fault);
    last.writeTo(out);
  }
}
