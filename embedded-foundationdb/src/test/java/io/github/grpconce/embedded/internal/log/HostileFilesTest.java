package io.github.grpconce.embedded.internal.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.grpconce.embedded.internal.file.FileName;
import io.github.grpconce.embedded.internal.file.Forged;
import io.github.grpconce.embedded.internal.file.Frame;
import io.github.grpconce.embedded.internal.file.SimulatedDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.Tuple.Tuple2;

/** Whatever a directory holds is recovered in order, or refused as the documentation says. */
final class HostileFilesTest {

  private static final LogOptions SMALL_LOG = LogOptions.DEFAULT.withCheckpointBytes(2_000);

  private final SimulatedDisk disk = written();

  /** A checkpoint, and the commits after it. */
  private static SimulatedDisk written() {
    SimulatedDisk disk = SimulatedDisk.empty(new Random(1));
    try (SimulatedLog log = new SimulatedLog(disk, SMALL_LOG, Runnable::run)) {
      for (int i = 0; i < 40; i++) {
        log.append().join();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return disk;
  }

  @Property
  void damagedFile_isRefused_orItsUndamagedBeginningRecovered(
      @ForAll("files") Tuple2<String, byte[]> file) throws IOException {
    List<Long> all = recover(disk.copy(), new Ledger()).versions();
    SimulatedDisk damaged = disk.copy();
    damaged.plant(file.get1(), file.get2());
    try {
      List<Long> found = recover(damaged, new Ledger()).versions();
      assertEquals(all.subList(0, found.size()), found);
    } catch (IllegalStateException e) {
      assertTrue(e.getMessage().contains("Nothing was changed"), e.getMessage());
    }
  }

  @Provide
  Arbitrary<Tuple2<String, byte[]>> files() {
    return Arbitraries.of(disk.list())
        .flatMap(name -> Damaged.of(disk.content(name)).map(content -> Tuple.of(name, content)));
  }

  /** Checksums keep nobody out who can write files; what he writes must not do harm either. */
  @Property
  void forgedFrames_areRefusedOrTakenAsTheyAre(@ForAll("frames") List<Forged> frames)
      throws IOException {
    for (FileName name : List.of(FileName.log(0), FileName.checkpoint(5))) {
      SimulatedDisk forged = SimulatedDisk.empty(new Random(1));
      if (name.kind() == FileName.Kind.CHECKPOINT) {
        forged.plant(FileName.log(5).toString(), Forged.file(FileName.log(5), List.of()));
      }
      forged.plant(name.toString(), Forged.file(name, frames));
      try {
        recover(forged, new Anything());
      } catch (IllegalStateException e) {
        assertTrue(e.getMessage().contains("Nothing was changed"), e.getMessage());
      }
    }
  }

  @Provide
  Arbitrary<List<Forged>> frames() {
    return Combinators.combine(
            Arbitraries.of(Frame.Kind.class),
            Arbitraries.of(0, 0, 0, 1, -1, Integer.MAX_VALUE, Integer.MIN_VALUE),
            Arbitraries.longs(),
            Arbitraries.longs(),
            Damaged.of(block()))
        .as(Forged::new)
        .list()
        .ofMaxSize(4);
  }

  /** Two entries, as a checkpoint has them. */
  private static byte[] block() {
    return ByteBuffer.allocate(32)
        .putInt(1)
        .putInt(2)
        .put(new byte[] {'k', 'v', 'v'})
        .putInt(13)
        .putInt(0)
        .put(new byte[13])
        .array();
  }

  /** What the forged frames found, or could have. */
  @Example
  void frameThatCannotBeWhereItIs_isNone() throws IOException {
    for (Forged frame :
        List.of(
            new Forged(Frame.Kind.COMMIT, 0, 1, 1_000, new byte[3]),
            new Forged(Frame.Kind.COMMIT, -4, 1, 0, new byte[3]),
            new Forged(Frame.Kind.COMMIT, Integer.MAX_VALUE - 3, 1, 0, new byte[3]))) {
      SimulatedDisk forged = SimulatedDisk.empty(new Random(1));
      forged.plant(FileName.log(0).toString(), Forged.file(FileName.log(0), List.of(frame)));

      assertEquals(List.of(), recover(forged, new Anything()).all);
    }
  }

  @Property
  void anyFileName_isOursOrNot(@ForAll("names") String text) {
    Optional<FileName> name = FileName.parse(text);

    name.ifPresent(ours -> assertEquals(text, ours.toString()));
  }

  @Provide
  Arbitrary<String> names() {
    return Arbitraries.oneOf(
        Combinators.combine(
                Arbitraries.of("log-", "checkpoint-", "lock"),
                Arbitraries.strings().withCharRange('0', '9').ofLength(19))
            .as(String::concat),
        Arbitraries.strings());
  }

  @Example
  void fileNameBeyondAllVersions_isNotOurs() {
    assertEquals(Optional.empty(), FileName.parse("log-9999999999999999999"));
    assertEquals(
        Optional.of(FileName.log(Long.MAX_VALUE)), FileName.parse("log-9223372036854775807"));
  }

  private static <T extends CommitLog.RecoveredState> T recover(SimulatedDisk disk, T state)
      throws IOException {
    Platform platform = new Platform(disk, Runnable::run, Runnable::run, new Warnings(), () -> {});
    CommitLog unused =
        CommitLog.open(platform, LogOptions.DEFAULT, state, () -> new Ledger().snapshot());
    return state;
  }

  /** A state that any bytes are right for. */
  private static final class Anything implements CommitLog.RecoveredState {

    private final List<byte[]> all = new ArrayList<>();

    @Override
    public void entry(byte[] key, byte[] value) {
      all.add(key);
      all.add(value);
    }

    @Override
    public void commit(long version, byte[] commit) {
      all.add(commit);
    }
  }
}
