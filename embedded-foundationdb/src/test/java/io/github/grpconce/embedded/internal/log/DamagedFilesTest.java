package io.github.grpconce.embedded.internal.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.grpconce.embedded.internal.file.FileName;
import io.github.grpconce.embedded.internal.file.SimulatedDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

final class DamagedFilesTest {

  private static final String FIRST = FileName.log(0).toString();
  private static final int HEADER_BYTES = 24;

  /** What says at the end of a log that all of it is stored. */
  private static final int MARK_BYTES = 32;

  private static final LogOptions SMALL_LOG = LogOptions.DEFAULT.withCheckpointBytes(2_000);

  private final SimulatedDisk disk = SimulatedDisk.empty(new Random(1));

  @Test
  void anyBitAfterAnOrderlyClose_isNoticedWithFileAndOffset() throws IOException {
    commit(LogOptions.DEFAULT, 8, true);
    int mark = disk.content(FIRST).length - MARK_BYTES; // without it, all is still there
    assertTrue(firstUnnoticedFlip(FIRST) >= mark);
  }

  @Test
  void anyBitOfACheckpoint_isNoticedWithFileAndOffset() throws IOException {
    commit(SMALL_LOG, 40, true);
    String checkpoint = Contents.of(disk).checkpoint().orElseThrow().toString();
    assertEquals(disk.content(checkpoint).length, firstUnnoticedFlip(checkpoint));
  }

  @Test
  void damageBeforeTheLastSync_isRefusedAndNothingIsChanged() throws IOException {
    commit(LogOptions.DEFAULT, 8, false);
    flip(disk, FIRST, HEADER_BYTES + 8);
    byte[] before = disk.content(FIRST);
    String refusal = refusal(disk);
    assertTrue(refusal.startsWith("/simulated/" + FIRST + " is damaged at offset 24: "), refusal);
    assertTrue(refusal.contains("(truncate -s 24 /simulated/" + FIRST + ")"), refusal);
    assertTrue(refusal.contains("the commits up to version 0 "), refusal);
    assertEquals(List.of(FIRST), disk.list());
    assertTrue(Arrays.equals(before, disk.content(FIRST)));
  }

  @Test
  void damageToTheLastGroup_looksLikeATornTailAndIsCut() throws IOException {
    commit(LogOptions.DEFAULT, 8, false);
    int size = disk.content(FIRST).length;
    flip(disk, FIRST, size - 1);
    assertEquals(7, recover(disk).size());
    assertTrue(disk.content(FIRST).length < size);
  }

  @Test
  void cuttingAsTheMessageSays_keepsTheCommitsItNames() throws IOException {
    commit(LogOptions.DEFAULT, 8, true);
    int damage = disk.content(FIRST).length / 2;
    flip(disk, FIRST, damage);
    String refusal = refusal(disk);
    int offset = number(refusal, "truncate -s ");
    disk.plant(FIRST, Arrays.copyOf(disk.content(FIRST), offset));
    int newest = number(refusal, "up to version ");
    assertEquals(LongStream.rangeClosed(1, newest).boxed().toList(), recover(disk));
  }

  @Test
  void damageInAnEarlierSegment_namesTheLaterOnes() throws IOException {
    twoSegments();
    List<FileName> segments = Contents.of(disk).segments();
    flip(disk, FIRST, disk.content(FIRST).length - 1);
    String refusal = refusal(disk);
    assertTrue(refusal.contains("delete the later segments [" + segments.get(1) + "]"), refusal);
  }

  @Test
  void missingSegment_isRefused() throws IOException {
    twoSegments();
    disk.delete(FIRST);
    String refusal = refusal(disk);
    assertTrue(refusal.contains("the commits after version 0 are missing"), refusal);
  }

  @Test
  void missingCheckpoint_isRefused() throws IOException {
    commit(SMALL_LOG, 40, true);
    disk.delete(Contents.of(disk).checkpoint().orElseThrow().toString());
    String refusal = refusal(disk);
    assertTrue(refusal.contains("the commits after version 0 are missing"), refusal);
  }

  @Test
  void fileOfANewerFormat_isRefusedNotMisread() throws IOException {
    commit(LogOptions.DEFAULT, 8, true);
    byte[] content = disk.content(FIRST);
    content[11] = 2;
    CRC32C checksum = new CRC32C();
    checksum.update(content, 0, 20);
    ByteBuffer.wrap(content).putInt(20, (int) checksum.getValue());
    disk.plant(FIRST, content);
    String refusal = refusal(disk);
    assertTrue(refusal.contains("has format 2; this program knows format 1"), refusal);
  }

  @Test
  void renamedFile_isRefused() throws IOException {
    commit(LogOptions.DEFAULT, 8, true);
    disk.plant(FileName.checkpoint(5).toString(), disk.content(FIRST));
    assertTrue(refusal(disk).contains("is damaged at offset 0"));
    disk.delete(FileName.checkpoint(5).toString());
    disk.plant(FileName.log(8).toString(), disk.content(FIRST));
    assertTrue(refusal(disk).contains("starts from version 0 by its content: it was renamed"));
  }

  @Test
  void filesThatAreNotOurs_areLeftAlone() throws IOException {
    disk.plant("notes.tmp", new byte[] {1, 2, 3});
    disk.plant(FileName.checkpoint(5) + ".tmp", new byte[] {1, 2, 3});
    commit(LogOptions.DEFAULT, 8, true);
    assertEquals(List.of(FIRST, "notes.tmp"), disk.list());
  }

  /** A process that ended before the first checkpoint was made. */
  private void twoSegments() throws IOException {
    try (SimulatedLog log = new SimulatedLog(disk, SMALL_LOG, checkpoint -> {})) {
      while (Contents.of(disk).segments().size() < 2) {
        log.append().join();
      }
    }
  }

  private void commit(LogOptions options, int commits, boolean close) throws IOException {
    SimulatedLog log = new SimulatedLog(disk, options, Runnable::run);
    for (int i = 0; i < commits; i++) {
      log.append().join();
    }
    if (close) {
      log.close();
    }
  }

  /** Every flip before it is refused; this one, or the end of the file, keeps every commit. */
  private int firstUnnoticedFlip(String name) throws IOException {
    List<Long> all = recover(disk.copy());
    int size = disk.content(name).length;
    for (int offset = 0; offset < size; offset++) {
      SimulatedDisk damaged = disk.copy();
      flip(damaged, name, offset);
      try {
        assertEquals(all, recover(damaged));
        return offset;
      } catch (IllegalStateException e) {
        assertTrue(e.getMessage().startsWith("/simulated/" + name + " is damaged at offset "));
        assertTrue(number(e.getMessage(), "offset ") <= offset, e.getMessage());
      }
    }
    return size;
  }

  private static void flip(SimulatedDisk disk, String name, int offset) {
    byte[] content = disk.content(name);
    content[offset] ^= (byte) (1 << offset % Byte.SIZE);
    disk.plant(name, content);
  }

  private static List<Long> recover(SimulatedDisk disk) throws IOException {
    return new SimulatedLog(disk, LogOptions.DEFAULT, Runnable::run).ledger().versions();
  }

  private static String refusal(SimulatedDisk disk) {
    return assertThrows(IllegalStateException.class, () -> recover(disk)).getMessage();
  }

  private static int number(String message, String before) {
    Matcher matcher = Pattern.compile(Pattern.quote(before) + "([0-9]+)").matcher(message);
    assertTrue(matcher.find(), message);
    return Integer.parseInt(matcher.group(1));
  }
}
