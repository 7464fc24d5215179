package io.github.grpconce.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The baseline of durable commits: one row appended to a file, then one sync. */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH calls the setup first
public class DiskBenchmark extends Measured {

  private final ByteBuffer row = ByteBuffer.allocateDirect(Rows.ROW_BYTES);
  private Path file;
  private FileChannel channel;

  @Setup
  public void open() throws IOException {
    file = Files.createTempFile("grpconce-benchmark", ".log");
    channel = FileChannel.open(file, StandardOpenOption.APPEND);
  }

  @TearDown
  public void close() throws IOException {
    channel.close();
    Files.delete(file);
  }

  @Benchmark
  public void syncedAppend() throws IOException {
    channel.write(row.rewind());
    channel.force(false);
  }
}
