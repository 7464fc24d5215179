package io.github.grpconce.demo.handler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.subspace.Subspace;
import com.apple.foundationdb.tuple.Tuple;
import io.github.grpconce.embedded.EmbeddedDatabase;
import io.github.grpconce.teststore.StoreTest;
import io.github.grpconce.teststore.TestStore;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@StoreTest
class PageRequestTest {

  private static final Subspace LIST = new Subspace(Tuple.from("list"));

  private Database database;

  @BeforeEach
  void open() {
    database = TestStore.open(EmbeddedDatabase::inMemory);
  }

  @AfterEach
  void close() {
    database.close();
  }

  @ParameterizedTest
  @CsvSource({"0, 3, 1", "3, 3, 1", "4, 3, 2", "7, 3, 3", "7, 1, 7", "7, 1000, 1"})
  void pages_holdEveryRowOnceInOrder(int rows, int size, int expectedPages) {
    List<String> ids = IntStream.range(0, rows).mapToObj("id-%04d"::formatted).toList();
    store(ids);

    List<String> read = new ArrayList<>();
    int pages = 0;
    String token = "";
    do {
      Page<String> page = read(size, token);
      assertTrue(page.rows().size() <= size);
      read.addAll(page.rows());
      token = page.nextToken();
      pages++;
    } while (!token.isEmpty());

    assertEquals(ids, read);
    assertEquals(expectedPages, pages);
  }

  @Test
  void sizeZero_isTheDefault() {
    assertEquals(PageRequest.DEFAULT_SIZE, PageRequest.of(0, "", new FieldChecks()).size());
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, PageRequest.MAX_SIZE + 1, Integer.MIN_VALUE, Integer.MAX_VALUE})
  void sizeOutOfBounds_isRefused(int size) {
    FieldChecks checks = new FieldChecks();
    PageRequest.of(size, "", checks);

    StatusRuntimeException refusal = assertThrows(StatusRuntimeException.class, checks::done);

    assertEquals("page_size must be 0 to 1000", refusal.getStatus().getDescription());
  }

  @Test
  void tokensThatWeNeverMade_areRefused() {
    for (String token : List.of("*", "a", "=====", "x".repeat(100_000))) {
      FieldChecks checks = new FieldChecks();
      PageRequest.of(1, token, checks);

      assertThrows(StatusRuntimeException.class, checks::done, token);
    }
  }

  /** Stores the list, with a neighbour below and one above it. */
  private void store(List<String> ids) {
    database.run(
        transaction -> {
          transaction.set(new Subspace(Tuple.from("lis")).pack("x"), new byte[0]);
          transaction.set(new Subspace(Tuple.from("lisu")).pack("x"), new byte[0]);
          ids.forEach(id -> transaction.set(LIST.pack(Tuple.from(id)), new byte[0]));
          return null;
        });
  }

  private Page<String> read(int size, String token) {
    PageRequest request = PageRequest.of(size, token, new FieldChecks());
    return database.read(
        transaction ->
            request.read(transaction, LIST, row -> LIST.unpack(row.getKey()).getString(0)));
  }
}
