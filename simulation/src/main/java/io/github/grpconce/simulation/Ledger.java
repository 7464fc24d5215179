package io.github.grpconce.simulation;

import com.apple.foundationdb.MutationType;
import com.apple.foundationdb.ReadTransaction;
import com.apple.foundationdb.Transaction;
import com.apple.foundationdb.subspace.Subspace;
import com.apple.foundationdb.tuple.Tuple;
import io.github.grpconce.simulation.v1.Transfer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Accounts, and how often each operation took effect: the books that are audited in the end.
 *
 * <p>An effect is counted by adding to a counter without reading it: such writes never conflict, so
 * that nothing but the guard keeps an operation from taking effect twice.
 */
final class Ledger {

  private static final String BALANCE = "balance";
  private static final String EFFECTS = "effects";
  private static final String NUMBER = "number";

  private final Subspace subspace;

  Ledger(Subspace subspace) {
    this.subspace = subspace;
  }

  /** What the books say of one operation. */
  record Entry(String method, String reference) {}

  private byte[] balance(String account) {
    return subspace.pack(Tuple.from(BALANCE, account));
  }

  private static byte[] bytes(long number) {
    return ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(number).array();
  }

  private static long number(byte @Nullable [] bytes) {
    return bytes == null ? 0 : ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }

  void open(Transaction tr, String account, long cents) {
    tr.set(balance(account), bytes(cents));
  }

  /** Counts an effect of an operation, and notes the number of the receipt that is given for it. */
  void count(Transaction tr, Entry entry, String receiptNumber) {
    tr.mutate(
        MutationType.ADD,
        subspace.pack(Tuple.from(EFFECTS, entry.method(), entry.reference())),
        bytes(1));
    tr.set(
        subspace.pack(Tuple.from(NUMBER, entry.method(), entry.reference())),
        receiptNumber.getBytes(StandardCharsets.UTF_8));
  }

  /** Moves money whatever the balances are. */
  void move(Transaction tr, Transfer transfer) {
    tr.mutate(MutationType.ADD, balance(transfer.getFrom()), bytes(-transfer.getCents()));
    tr.mutate(MutationType.ADD, balance(transfer.getTo()), bytes(transfer.getCents()));
  }

  /** Moves money, and returns whether there was enough of it. */
  CompletableFuture<Boolean> moveIfEnough(Transaction tr, Transfer transfer) {
    CompletableFuture<byte[]> from = tr.get(balance(transfer.getFrom()));
    CompletableFuture<byte[]> to = tr.get(balance(transfer.getTo()));
    return from.thenCombine(
        to,
        (fromBytes, toBytes) -> {
          long left = number(fromBytes) - transfer.getCents();
          tr.set(balance(transfer.getFrom()), bytes(left));
          tr.set(balance(transfer.getTo()), bytes(number(toBytes) + transfer.getCents()));
          return left >= 0;
        });
  }

  Map<String, Long> balances(ReadTransaction tr) {
    Map<String, Long> balances = new LinkedHashMap<>();
    forEach(tr, BALANCE, (key, value) -> balances.put(key.getString(1), number(value)));
    return balances;
  }

  Map<Entry, Long> effects(ReadTransaction tr) {
    Map<Entry, Long> effects = new LinkedHashMap<>();
    forEach(
        tr,
        EFFECTS,
        (key, value) -> effects.put(new Entry(key.getString(1), key.getString(2)), number(value)));
    return effects;
  }

  Map<Entry, String> numbers(ReadTransaction tr) {
    Map<Entry, String> numbers = new LinkedHashMap<>();
    forEach(
        tr,
        NUMBER,
        (key, value) ->
            numbers.put(
                new Entry(key.getString(1), key.getString(2)),
                new String(value, StandardCharsets.UTF_8)));
    return numbers;
  }

  private void forEach(ReadTransaction tr, String kind, Row row) {
    tr.getRange(subspace.range(Tuple.from(kind)))
        .asList()
        .join()
        .forEach(pair -> row.read(subspace.unpack(pair.getKey()), pair.getValue()));
  }

  /** What is done with each pair of a part of the books. */
  private interface Row {
    void read(Tuple key, byte[] value);
  }
}
