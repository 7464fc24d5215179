package io.github.grpconce.client;

import io.grpc.Status;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Error;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Frame;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Headers;

/** What becomes of the answer to an attempt that has arrived whole. */
// A write that fails ends the connection, which is all that a fault is about.
@SuppressWarnings("FutureReturnValueIgnored")
@FunctionalInterface
interface Fault {

  void happenTo(Channel stream);

  /** The answer arrives: an empty message. */
  static Fault none() {
    return stream -> {
      send(stream, new DefaultHttp2HeadersFrame(headers("200"), false));
      // A message that is not compressed and has no content.
      send(stream, new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(new byte[5]), false));
      Http2Headers trailers = new DefaultHttp2Headers().set("grpc-status", "0");
      send(stream, new DefaultHttp2HeadersFrame(trailers, true));
    };
  }

  /** No answer, for ever. */
  static Fault silence() {
    return stream -> {};
  }

  /** The connection ends in good order. */
  static Fault closeConnection() {
    return stream -> {
      stream.parent().config().setOption(ChannelOption.SO_LINGER, -1);
      stream.parent().close();
    };
  }

  /** The connection is reset, as by a killed process with unread data. */
  static Fault resetConnection() {
    return stream -> {
      stream.parent().config().setOption(ChannelOption.SO_LINGER, 0);
      stream.parent().close();
    };
  }

  /** The server says that it goes away, and goes. */
  static Fault goAway() {
    return stream -> {
      send(stream.parent(), new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR));
      stream.parent().close();
    };
  }

  static Fault reset(Http2Error error) {
    return stream -> send(stream, new DefaultHttp2ResetFrame(error));
  }

  /** The answer's headers arrive, and then the stream is reset. */
  static Fault resetAfterHeaders() {
    return stream -> {
      send(stream, new DefaultHttp2HeadersFrame(headers("200"), false));
      send(stream, new DefaultHttp2ResetFrame(Http2Error.INTERNAL_ERROR));
    };
  }

  /** The stream ends as an answer does, but without a status. */
  static Fault noStatus() {
    return end(headers("200"));
  }

  /** A proxy's own answer. */
  static Fault http(int status) {
    return end(new DefaultHttp2Headers().status(Integer.toString(status)));
  }

  static Fault failure(Status.Code code) {
    return end(headers("200").set("grpc-status", Integer.toString(code.value())));
  }

  static Fault pushback(Status.Code code, String millis) {
    return end(
        headers("200")
            .set("grpc-status", Integer.toString(code.value()))
            .set("grpc-retry-pushback-ms", millis));
  }

  private static Fault end(Http2Headers headers) {
    return stream -> send(stream, new DefaultHttp2HeadersFrame(headers, true));
  }

  private static Http2Headers headers(String status) {
    return new DefaultHttp2Headers().status(status).set("content-type", "application/grpc");
  }

  private static void send(Channel channel, Http2Frame frame) {
    channel.writeAndFlush(frame);
  }
}
