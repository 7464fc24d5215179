package io.github.grpconce;

import io.grpc.ClientStreamTracer;
import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import java.util.concurrent.atomic.AtomicLong;

/** Adds up the messages that one side receives, as they are on the wire. */
final class WireSize {

  private final AtomicLong bytes = new AtomicLong();

  long bytes() {
    return bytes.get();
  }

  ServerStreamTracer.Factory atServer() {
    return new AtServer();
  }

  ClientStreamTracer.Factory atClient() {
    return new AtClient();
  }

  private final class AtServer extends ServerStreamTracer.Factory {

    @Override
    public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
      return new ServerTracer();
    }
  }

  private final class ServerTracer extends ServerStreamTracer {

    @Override
    public void inboundWireSize(long received) {
      bytes.addAndGet(received);
    }
  }

  private final class AtClient extends ClientStreamTracer.Factory {

    @Override
    public ClientStreamTracer newClientStreamTracer(
        ClientStreamTracer.StreamInfo info, Metadata headers) {
      return new ClientTracer();
    }
  }

  private final class ClientTracer extends ClientStreamTracer {

    @Override
    public void inboundWireSize(long received) {
      bytes.addAndGet(received);
    }
  }
}
