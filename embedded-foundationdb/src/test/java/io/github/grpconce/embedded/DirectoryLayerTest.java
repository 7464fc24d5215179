package io.github.grpconce.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.directory.DirectoryLayer;
import com.apple.foundationdb.directory.DirectorySubspace;
import com.apple.foundationdb.tuple.ByteArrayUtil;
import io.github.grpconce.teststore.StoreTest;
import io.github.grpconce.teststore.TestStore;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@StoreTest
class DirectoryLayerTest {
  private final Database db = TestStore.open(EmbeddedDatabase::inMemory);
  private final DirectoryLayer directories = new DirectoryLayer();

  @AfterEach
  void close() {
    db.close();
  }

  @Test
  void directory_isCreatedMovedListedAndRemoved() {
    DirectorySubspace created = directories.create(db, List.of("a", "b")).join();
    db.run(
        tr -> {
          tr.set(created.pack("key"), "value".getBytes(UTF_8));
          return null;
        });

    directories.create(db, List.of("c")).join();
    directories.move(db, List.of("a", "b"), List.of("c", "d")).join();

    assertEquals(List.of("a", "c"), directories.list(db).join());
    assertEquals(List.of("d"), directories.list(db, List.of("c")).join());
    DirectorySubspace moved = directories.open(db, List.of("c", "d")).join();
    assertArrayEquals("value".getBytes(UTF_8), db.run(tr -> tr.get(moved.pack("key")).join()));
    directories.remove(db, List.of("c")).join();
    assertFalse(directories.exists(db, List.of("c", "d")).join());
    assertEquals(0, db.run(tr -> tr.getRange(moved.range()).asList().join()).size());
  }

  @Test
  void highContentionAllocator_givesEachDirectoryItsOwnPrefix() {
    List<CompletableFuture<DirectorySubspace>> created = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      created.add(directories.createOrOpen(db, List.of("many", "d" + i)));
    }
    Set<String> prefixes = new HashSet<>();
    for (CompletableFuture<DirectorySubspace> directory : created) {
      prefixes.add(ByteArrayUtil.printable(directory.join().getKey()));
    }

    assertEquals(100, prefixes.size());
    assertEquals(100, directories.list(db, List.of("many")).join().size());
  }
}
