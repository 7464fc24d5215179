package io.github.grpconce.embedded.internal.ryw;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.KeySelector;
import com.apple.foundationdb.KeyValue;
import com.apple.foundationdb.MutationType;
import com.apple.foundationdb.Transaction;
import com.apple.foundationdb.tuple.ByteArrayUtil;
import io.github.grpconce.embedded.EmbeddedDatabase;
import io.github.grpconce.embedded.ErrorCode;
import io.github.grpconce.embedded.VirtualTime;
import io.github.grpconce.teststore.OnEngineOnly;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Keys behind the user's: out of reach, but for an option, and for one of them. */
@OnEngineOnly("writes of system keys")
final class SystemKeysTest {
  private static final byte[] METADATA_VERSION = key("\u00ff/metadataVersion");
  private static final byte[] STAMP_ALONE = new byte[14];

  private final VirtualTime time = new VirtualTime();
  private final Database database =
      EmbeddedDatabase.newBuilder().timeline(time).executor(time).build();

  @Test
  void metadataVersion_isTheStampOfTheCommitThatSetItLast() {
    try (Transaction tr = database.createTransaction()) {
      assertNull(time.join(tr.get(METADATA_VERSION)));
      tr.mutate(MutationType.SET_VERSIONSTAMPED_VALUE, METADATA_VERSION, STAMP_ALONE);
      CompletableFuture<byte[]> stamp = tr.getVersionstamp();
      time.join(tr.commit());
      assertArrayEquals(time.join(stamp), database.read(read -> read.get(METADATA_VERSION).join()));
    }
  }

  @Test
  void metadataVersion_conflictsAndFiresWatchesAsOtherKeysDo() {
    try (Transaction reader = database.createTransaction();
        Transaction conflicting = database.createTransaction();
        Transaction watcher = database.createTransaction()) {
      time.join(reader.get(METADATA_VERSION));
      time.join(conflicting.getReadVersion());
      conflicting.addReadConflictKey(METADATA_VERSION);
      CompletableFuture<Void> watch = watcher.watch(METADATA_VERSION);
      time.join(watcher.commit());

      setMetadataVersion();

      time.join(watch);
      reader.set(key("a"), key("a"));
      assertEquals(1020, code(reader.commit()));
      conflicting.set(key("b"), key("b"));
      assertEquals(1020, code(conflicting.commit()));
    }
  }

  @Test
  void metadataVersion_canBeSetToNothingElse() {
    assertEquals(2000, codeOf(tr -> tr.set(METADATA_VERSION, STAMP_ALONE)));
    assertEquals(2000, codeOf(tr -> tr.mutate(MutationType.ADD, METADATA_VERSION, STAMP_ALONE)));
    assertEquals(
        2000,
        codeOf(
            tr ->
                tr.mutate(MutationType.SET_VERSIONSTAMPED_VALUE, METADATA_VERSION, new byte[15])));
    assertEquals(2004, codeOf(tr -> tr.clear(METADATA_VERSION)));
    assertEquals(2004, codeOf(tr -> tr.addWriteConflictKey(METADATA_VERSION)));
    assertEquals(
        2004,
        codeOf(tr -> tr.addReadConflictRange(METADATA_VERSION, key("\u00ff/metadataVersion1"))));
  }

  @Test
  void systemKeys_areReadAndWrittenByWhoAsksForIt_andMayBeLonger() {
    byte[] key = Arrays.copyOf(key("\u00ff/x"), 20_000);
    byte[] tooLong = Arrays.copyOf(key("\u00ff/x"), 30_001);
    try (Transaction tr = database.createTransaction()) {
      tr.options().setAccessSystemKeys();
      tr.set(key, key("1"));
      tr.clear(tooLong);
      assertNull(time.join(tr.get(tooLong)));
      time.join(tr.commit());
    }
    try (Transaction tr = database.createTransaction()) {
      tr.options().setReadSystemKeys();
      assertArrayEquals(key("1"), time.join(tr.get(key)));
    }
    assertEquals(2004, codeOf(tr -> tr.set(key, key("2"))));
    assertEquals(2004, codeOf(tr -> readingSystemKeys(tr).set(key, key("2"))));
    assertEquals(2102, codeOf(tr -> accessingSystemKeys(tr).set(tooLong, key("2"))));
    assertEquals(2102, codeOf(tr -> accessingSystemKeys(tr).set(new byte[10_001], key("2"))));
  }

  private static Transaction readingSystemKeys(Transaction tr) {
    tr.options().setReadSystemKeys();
    return tr;
  }

  private static Transaction accessingSystemKeys(Transaction tr) {
    tr.options().setAccessSystemKeys();
    return tr;
  }

  /** FoundationDB cuts off what is behind the user's keys forwards only. */
  @Test
  void firstSystemKey_isFoundByARangeThatMayEndThere_backwardsAndPastOwnWrites() {
    byte[] first = key("\u00ff");
    try (Transaction tr = database.createTransaction()) {
      tr.options().setAccessSystemKeys();
      tr.set(first, first);
      time.join(tr.commit());
    }
    KeySelector begin = KeySelector.firstGreaterOrEqual(first);
    KeySelector end = KeySelector.firstGreaterThan(first);
    for (boolean reverse : new boolean[] {true, false}) {
      try (Transaction tr = database.createTransaction()) {
        tr.options().setReadYourWritesDisable();
        List<KeyValue> rows = time.join(tr.getRange(begin, end, 0, reverse).asList());
        assertEquals(reverse ? 1 : 0, rows.size());
      }
    }
  }

  @Test
  void range_whoseEndIsFarBehindTheLastRow_endsWithTheUsersKeys() {
    setMetadataVersion();
    database.run(
        tr -> {
          tr.set(key("a"), key("1"));
          tr.set(key("b"), key("2"));
          return null;
        });
    KeySelector begin = KeySelector.firstGreaterOrEqual(key("a"));
    KeySelector end = KeySelector.firstGreaterOrEqual(key("b")).add(5);
    for (boolean readYourWrites : new boolean[] {true, false}) {
      for (boolean reverse : new boolean[] {true, false}) {
        try (Transaction tr = database.createTransaction()) {
          if (!readYourWrites) {
            tr.options().setReadYourWritesDisable();
          }
          List<KeyValue> rows = time.join(tr.getRange(begin, end, 0, reverse).asList());
          List<String> keys = rows.stream().map(row -> text(row.getKey())).sorted().toList();
          assertEquals(List.of("a", "b"), keys);
          assertArrayEquals(key("\u00ff"), time.join(tr.getKey(end)));
        }
      }
    }
  }

  private void setMetadataVersion() {
    database.run(
        tr -> {
          tr.mutate(MutationType.SET_VERSIONSTAMPED_VALUE, METADATA_VERSION, STAMP_ALONE);
          return null;
        });
  }

  private int codeOf(Consumer<Transaction> operation) {
    try (Transaction tr = database.createTransaction()) {
      operation.accept(tr);
      return code(tr.commit());
    }
  }

  private int code(CompletableFuture<?> future) {
    return ErrorCode.of(time, future);
  }

  private static byte[] key(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String text(byte[] key) {
    return ByteArrayUtil.printable(key);
  }
}
