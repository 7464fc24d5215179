package io.github.grpconce.demo.handler;

import com.apple.foundationdb.KeySelector;
import com.apple.foundationdb.KeyValue;
import com.apple.foundationdb.ReadTransaction;
import com.apple.foundationdb.subspace.Subspace;
import com.apple.foundationdb.tuple.Tuple;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Which part of a list is asked for (AIP-158). The list is a subspace whose keys are one string
 * each: the ID. Each page is read in a transaction of its own; what is added behind the last page
 * read is found by the next.
 *
 * @param size how many rows at most
 * @param after the ID of the last row of the page before; empty for the first page
 */
public record PageRequest(int size, String after) {

  /** As many rows as fit into one answer with ease. */
  static final int MAX_SIZE = 1_000;

  static final int DEFAULT_SIZE = 100;

  /** Far more than our tokens have; a longer one would become a key that the store refuses. */
  private static final int MAX_TOKEN_LENGTH = 1_000;

  /**
   * Reads the fields {@code page_size} and {@code page_token} of a request.
   *
   * @param checks learns what is wrong with them; until it is {@linkplain FieldChecks#done() asked}
   *     the page is not to be read
   */
  public static PageRequest of(int pageSize, String pageToken, FieldChecks checks) {
    checks.require(pageSize >= 0 && pageSize <= MAX_SIZE, "page_size", "must be 0 to " + MAX_SIZE);
    Optional<String> after = idIn(pageToken);
    checks.require(after.isPresent(), "page_token", "must be a token that an answer contained");
    return new PageRequest(pageSize == 0 ? DEFAULT_SIZE : pageSize, after.orElse(""));
  }

  /**
   * Reads the page. Blocks.
   *
   * @param list holds the rows
   * @param parse makes a row of its key and value
   */
  public <T> Page<T> read(
      ReadTransaction transaction, Subspace list, Function<KeyValue, ? extends T> parse) {
    KeySelector begin =
        after.isEmpty()
            ? KeySelector.firstGreaterOrEqual(list.range().begin)
            : KeySelector.firstGreaterThan(list.pack(Tuple.from(after)));
    KeySelector end = KeySelector.firstGreaterOrEqual(list.range().end);
    List<KeyValue> found = transaction.getRange(begin, end, size + 1).asList().join();
    List<KeyValue> rows = found.subList(0, Math.min(size, found.size()));
    String nextToken =
        rows.size() == found.size() ? "" : token(id(list, rows.get(rows.size() - 1)));
    return new Page<>(rows.stream().<T>map(parse).toList(), nextToken);
  }

  private static String id(Subspace list, KeyValue row) {
    return list.unpack(row.getKey()).getString(0);
  }

  /** Opaque to callers, who would otherwise make up tokens and depend on what they mean. */
  private static String token(String id) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(id.getBytes(StandardCharsets.UTF_8));
  }

  private static Optional<String> idIn(String token) {
    if (token.length() > MAX_TOKEN_LENGTH) {
      return Optional.empty();
    }
    try {
      return Optional.of(new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
