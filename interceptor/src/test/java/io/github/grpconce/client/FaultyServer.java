package io.github.grpconce.client;

import io.grpc.netty.shaded.io.netty.bootstrap.ServerBootstrap;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInitializer;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.SimpleChannelInboundHandler;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2DataFrame;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Headers;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2HeadersFrame;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2StreamFrame;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

/**
 * A server that reads each attempt's whole request, as one that executed it, and then does to it
 * what its script says. What comes after the script is answered with an empty message.
 */
final class FaultyServer implements AutoCloseable {

  /** What an attempt brought; absent headers are null. */
  record Attempt(String requestId, String previousAttempts) {}

  private final EventLoopGroup eventLoop =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final Queue<Fault> script;
  private final List<Attempt> attempts = Collections.synchronizedList(new ArrayList<>());
  private final Channel socket;

  FaultyServer(Fault... script) {
    this.script = new ArrayDeque<>(Arrays.asList(script));
    this.socket =
        new ServerBootstrap()
            .group(eventLoop)
            .channel(NioServerSocketChannel.class)
            .childHandler(new Connections())
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .syncUninterruptibly()
            .channel();
  }

  InetSocketAddress address() {
    return (InetSocketAddress) socket.localAddress();
  }

  /** Those whose requests have arrived whole. */
  List<Attempt> attempts() {
    return List.copyOf(attempts);
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // It is the same future.
  public void close() {
    eventLoop.shutdownGracefully(0, 10, TimeUnit.SECONDS).syncUninterruptibly();
  }

  private final class Connections extends ChannelInitializer<Channel> {

    @Override
    protected void initChannel(Channel connection) {
      connection
          .pipeline()
          .addLast(Http2FrameCodecBuilder.forServer().build())
          .addLast(new Http2MultiplexHandler(new Streams()));
    }
  }

  private final class Streams extends ChannelInitializer<Channel> {

    @Override
    protected void initChannel(Channel stream) {
      stream.pipeline().addLast(new Stream());
    }
  }

  /** On the one thread of the event loop, as everything here. */
  private final class Stream extends SimpleChannelInboundHandler<Http2StreamFrame> {

    private Attempt attempt;

    @Override
    protected void channelRead0(ChannelHandlerContext context, Http2StreamFrame frame) {
      if (frame instanceof Http2HeadersFrame headers) {
        attempt =
            new Attempt(
                text(headers.headers(), "idempotency-key"),
                text(headers.headers(), "grpc-previous-rpc-attempts"));
      } else if (frame instanceof Http2DataFrame data && data.isEndStream()) {
        attempts.add(attempt);
        Fault fault = script.poll();
        (fault == null ? Fault.none() : fault).happenTo(context.channel());
      }
    }

    private static String text(Http2Headers headers, String name) {
      CharSequence value = headers.get(name);
      return value == null ? null : value.toString();
    }
  }
}
