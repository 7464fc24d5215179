package io.github.grpconce.demo.proxy;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.HashSet;
import java.util.Set;

/** Moves frames from the server to the client, but for those of responses that are to be lost. */
final class ResponsePump {

  private final DataInputStream in;
  private final OutputStream out;
  private final Calls calls;
  private final ProxiedConnection connection;

  /** Never forgotten while the connection lasts: frames of a lost response may come late. */
  private final Set<Integer> lost = new HashSet<>();

  ResponsePump(DataInputStream in, OutputStream out, Calls calls, ProxiedConnection connection) {
    this.in = in;
    this.out = out;
    this.calls = calls;
    this.connection = connection;
  }

  /** Returns when the connection was reset on purpose; throws when either side is gone. */
  void run() throws IOException, InterruptedException {
    while (!connection.isClosed()) {
      Frame frame = Frame.read(in);
      connection.awaitPassage(Direction.RESPONSES, frame);
      forward(frame);
    }
  }

  private void forward(Frame frame) throws IOException, InterruptedException {
    int stream = frame.streamId();
    if (lost.contains(stream)) {
      swallow(frame);
    } else if (frame.type() == Frame.HEADERS) {
      beginResponse(frame, connection.takeFault(stream));
    } else {
      frame.writeTo(out);
    }
  }

  /** The first HEADERS frame meets the call's fault; the trailers meet none any more. */
  private void beginResponse(Frame headers, Fault fault) throws IOException, InterruptedException {
    connection.hold(fault.responseDelay());
    switch (fault.kind()) {
      case LOSE_RESPONSE -> lose(headers.streamId());
      case RESET_AT_RESPONSE -> connection.reset();
      case NONE, RESET_AT_REQUEST -> headers.writeTo(out);
    }
  }

  private void lose(int stream) throws IOException {
    lost.add(stream);
    calls.count(FaultTally.LOST_RESPONSE);
    Frame.gatewayLostUpstream(stream).writeTo(out);
  }

  private void swallow(Frame frame) {
    if (frame.type() == Frame.DATA) {
      connection.addSwallowedBytes(frame.payload().remaining());
    }
  }
}
