package io.github.grpconce.embedded.internal.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * A disk that keeps the letter of the contract and nothing more: whatever was not synced is lost,
 * torn or reordered when the power is cut, names included. Not thread-safe.
 */
public final class SimulatedDisk implements FileStorage {

  private static final long NEVER = Long.MAX_VALUE;

  /** How an operation fails. */
  public enum Failure {
    /** It and everything after it fails. */
    POWER_CUT,
    /** It alone fails, after having been done in part. */
    ERROR
  }

  private final Random random;
  private final Map<String, SimulatedFile> names;
  private final Map<String, SimulatedFile> durableNames;
  private final List<Consumer<Map<String, SimulatedFile>>> unsynced = new ArrayList<>();
  private long capacity = Long.MAX_VALUE;
  private Failure failure = Failure.POWER_CUT;
  private long failsAt = NEVER;
  private long operations;

  private SimulatedDisk(Random random, Map<String, SimulatedFile> names) {
    this.random = random;
    this.names = names;
    this.durableNames = new TreeMap<>(names);
  }

  /** Another disk with the same files. */
  public SimulatedDisk copy() {
    SimulatedDisk copy = empty(random);
    names.forEach((name, file) -> copy.plant(name, file.content()));
    return copy;
  }

  public static SimulatedDisk empty(Random random) {
    return new SimulatedDisk(random, new TreeMap<>());
  }

  /** How many operations were begun that change something. */
  public long operations() {
    return operations;
  }

  /** The given number of further operations succeed; the one after them fails. */
  public void failAfter(long successes, Failure how) {
    failure = how;
    failsAt = operations + successes + 1;
  }

  public void neverFail() {
    failsAt = NEVER;
  }

  /** From now on, files can't grow beyond this size together. */
  public void limit(long bytes) {
    capacity = bytes;
  }

  public byte[] content(String name) {
    return names.get(name).content().clone();
  }

  /** Puts a file there, as if it had always been. */
  public void plant(String name, byte[] content) {
    SimulatedFile file = SimulatedFile.of(content);
    names.put(name, file);
    durableNames.put(name, file);
  }

  public long usedBytes() {
    return names.values().stream().mapToLong(file -> file.content().length).sum();
  }

  public boolean isOff() {
    return failure == Failure.POWER_CUT && operations >= failsAt;
  }

  /** The disk as the machine finds it when the power is back. */
  public SimulatedDisk afterPowerCut() {
    Map<String, SimulatedFile> left = new TreeMap<>(durableNames);
    int share = random.nextInt(5);
    unsynced.stream().filter(change -> random.nextInt(4) < share).forEach(c -> c.accept(left));
    Map<SimulatedFile, SimulatedFile> files = new HashMap<>();
    left.replaceAll(
        (name, file) -> files.computeIfAbsent(file, lost -> lost.afterPowerCut(random)));
    return new SimulatedDisk(random, left);
  }

  /** The disk if the power were cut now and nothing survived that need not. */
  public SimulatedDisk syncedOnly() {
    SimulatedDisk left = empty(random);
    durableNames.forEach((name, file) -> left.plant(name, file.durableContent()));
    return left;
  }

  @Override
  public List<String> list() {
    return List.copyOf(names.keySet());
  }

  @Override
  public StoredFile create(String name) throws IOException {
    SimulatedFile file = SimulatedFile.of(new byte[0]);
    operation(() -> changeNames(map -> map.put(name, file)));
    return new Handle(file);
  }

  @Override
  public StoredFile open(String name) throws IOException {
    return new Handle(find(name));
  }

  @Override
  public void rename(String from, String to) throws IOException {
    SimulatedFile file = find(from);
    operation(
        () ->
            changeNames(
                map -> {
                  map.remove(from);
                  map.put(to, file);
                }));
  }

  @Override
  public void delete(String name) throws IOException {
    operation(() -> changeNames(map -> map.remove(name)));
  }

  @Override
  public void sync() throws IOException {
    begin();
    check();
    durableNames.clear();
    durableNames.putAll(names);
    unsynced.clear();
  }

  @Override
  public String locate(String name) {
    return "/simulated/" + name;
  }

  @Override
  public void close() {}

  private SimulatedFile find(String name) throws IOException {
    SimulatedFile file = names.get(name);
    if (file == null) {
      throw new IOException("no file " + locate(name));
    }
    return file;
  }

  private void changeNames(Consumer<Map<String, SimulatedFile>> change) {
    change.accept(names);
    unsynced.add(change);
  }

  /** An operation that fails may have been done all the same: its caller can't know. */
  private void operation(Runnable change) throws IOException {
    if (isOff()) {
      check();
    }
    begin();
    change.run();
    check();
  }

  private boolean failsNext() {
    return operations + 1 == failsAt;
  }

  private void begin() {
    operations++;
  }

  private void check() throws IOException {
    if (isOff()) {
      throw new IOException("the power is off");
    }
    if (operations == failsAt) {
      throw new IOException("an error on purpose");
    }
  }

  private final class Handle implements StoredFile {

    private final SimulatedFile file;

    private Handle(SimulatedFile file) {
      this.file = file;
    }

    @Override
    public long size() {
      return file.content().length;
    }

    @Override
    public void read(long position, ByteBuffer target) {
      int rest = Math.max(0, file.content().length - (int) position);
      target.put(file.content(), (int) position, Math.min(rest, target.remaining()));
    }

    @Override
    public void write(long position, ByteBuffer source) throws IOException {
      long room = capacity - usedBytes() + size() - position;
      int fits = (int) Math.min(source.remaining(), Math.max(0, room));
      byte[] bytes = new byte[failsNext() ? random.nextInt(fits + 1) : fits];
      source.get(bytes);
      operation(() -> file.write((int) position, bytes));
      if (source.hasRemaining()) {
        throw new IOException("No space left on device");
      }
    }

    @Override
    public void truncate(long size) throws IOException {
      operation(() -> file.truncate((int) size));
    }

    @Override
    public void sync() throws IOException {
      begin();
      if (operations == failsAt && failure == Failure.ERROR) {
        file.failToSync(random);
      }
      check();
      file.sync();
    }

    @Override
    public void close() {}
  }
}
