package io.github.grpconce.internal.method;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How much memory all calls of an interceptor take together, and whether there is room for more.
 *
 * <p>It counts what clients can make grow: the calls themselves, and their requests as they are
 * serialised. It is an estimate, on which nothing but refusing further calls rests. Thread-safe.
 */
public final class CallMemory {

  /**
   * What is kept of a call beside its request: its headers above all, which gRPC limits to 8 kB.
   */
  public static final int BYTES_OF_A_CALL = 8 << 10;

  /** What a message takes beside its fields: the object, and the place where it is kept. */
  public static final int BYTES_OF_A_MESSAGE = 64;

  private final long limit;
  private final AtomicLong taken = new AtomicLong();

  public CallMemory(long limit) {
    this.limit = limit;
  }

  /** Returns a share with nothing in it. */
  public Share share() {
    return new Share();
  }

  /** How many bytes all shares have together. */
  public long taken() {
    return taken.get();
  }

  private boolean take(long bytes) {
    boolean fits = taken.addAndGet(bytes) <= limit;
    if (!fits) {
      taken.addAndGet(-bytes);
    }
    return fits;
  }

  /** What one call, or one request, takes. Thread-safe. */
  public final class Share {

    private long bytes;
    private boolean released;

    /** Takes more; returns false if there is no room, or the share was released. */
    public synchronized boolean grow(long more) {
      boolean grown = !released && take(more);
      bytes += grown ? more : 0;
      return grown;
    }

    /** Gives all of it back, for good; doing so twice is doing so once. */
    public synchronized void release() {
      released = true;
      taken.addAndGet(-bytes);
      bytes = 0;
    }
  }
}
