package io.github.grpconce.embedded.process;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.MutationType;
import com.apple.foundationdb.ReadTransaction;
import com.apple.foundationdb.Transaction;
import com.apple.foundationdb.subspace.Subspace;
import com.apple.foundationdb.tuple.Tuple;
import io.github.grpconce.embedded.EmbeddedDatabase;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/**
 * A process of its own that counts in a database until it is killed. Each transaction of a worker
 * moves the worker's two counters and the common one, and adds a row whose key is its versionstamp;
 * then the process says worker, count and the commit's version.
 */
final class DatabaseProcess {
  static final int WORKERS = 8;
  static final Subspace FIRST = new Subspace(Tuple.from("first"));
  static final Subspace SECOND = new Subspace(Tuple.from("second"));
  static final Subspace STAMPS = new Subspace(Tuple.from("stamps"));
  static final byte[] COMMON = Tuple.from("common").pack();

  private static final int STAMP_BYTES = 10;

  private DatabaseProcess() {}

  public static void main(String[] args) {
    ChildJvm.say("opening");
    try (Database database = open(Path.of(args[0]))) {
      IntStream.range(0, WORKERS)
          .mapToObj(
              worker ->
                  CompletableFuture.runAsync(
                      () -> work(database, worker), task -> new Thread(task).start()))
          .toList()
          .forEach(CompletableFuture::join);
    }
  }

  private static Database open(Path directory) {
    return EmbeddedDatabase.newBuilder().directory(directory).checkpointBytes(100_000).build();
  }

  private static void work(Database database, int worker) {
    while (true) {
      try (Transaction tr = database.createTransaction()) {
        long count = number(tr, FIRST.pack(worker)) + 1;
        tr.set(FIRST.pack(worker), bytes(count));
        tr.mutate(MutationType.ADD, SECOND.pack(worker), bytes(1));
        tr.mutate(MutationType.ADD, COMMON, bytes(1));
        tr.mutate(MutationType.SET_VERSIONSTAMPED_KEY, stampedKey(), bytes(worker));
        tr.commit().join();
        ChildJvm.say(worker + " " + count + " " + tr.getCommittedVersion());
      }
    }
  }

  /** The number that a key has; 0 if it is absent. */
  static long number(ReadTransaction tr, byte[] key) {
    byte[] value = tr.get(key).join();
    return value == null ? 0 : ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }

  private static byte[] bytes(long number) {
    return ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(number).array();
  }

  private static byte[] stampedKey() {
    byte[] prefix = STAMPS.pack();
    return ByteBuffer.allocate(prefix.length + STAMP_BYTES + Integer.BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(prefix)
        .putInt(prefix.length + STAMP_BYTES, prefix.length)
        .array();
  }
}
