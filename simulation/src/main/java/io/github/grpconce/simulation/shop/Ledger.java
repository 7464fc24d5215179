package io.github.grpconce.simulation.shop;

import com.apple.foundationdb.MutationType;
import com.apple.foundationdb.ReadTransaction;
import com.apple.foundationdb.Transaction;
import com.apple.foundationdb.subspace.Subspace;
import com.apple.foundationdb.tuple.Tuple;
import io.github.grpconce.simulation.v1.Transfer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
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
public final class Ledger {

  private static final String BALANCE = "balance";
  private static final String EFFECTS = "effects";
  private static final String RECEIPT = "receipt";

  private final Subspace subspace;

  public Ledger(Subspace subspace) {
    this.subspace = subspace;
  }

  private byte[] balance(String account) {
    return subspace.pack(Tuple.from(BALANCE, account));
  }

  private static byte[] bytes(long number) {
    return ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(number).array();
  }

  private static long number(byte @Nullable [] bytes) {
    return bytes == null ? 0 : ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }

  public void open(Transaction tr, String account, long cents) {
    tr.set(balance(account), bytes(cents));
  }

  /** Counts an effect of an operation, and keeps a copy of the receipt that is given for it. */
  void count(Transaction tr, Books.Entry entry, String receiptNumber, Duration executed) {
    tr.mutate(
        MutationType.ADD,
        subspace.pack(Tuple.from(EFFECTS, entry.name(), entry.reference())),
        bytes(1));
    tr.set(
        subspace.pack(Tuple.from(RECEIPT, entry.name(), entry.reference(), receiptNumber)),
        bytes(executed.toNanos()));
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

  /** Returns all that is written here. */
  public Books read(ReadTransaction tr) {
    Map<String, Long> balances = new LinkedHashMap<>();
    forEach(tr, BALANCE, (key, value) -> balances.put(key.getString(1), number(value)));
    Map<Books.Entry, Long> effects = new LinkedHashMap<>();
    forEach(tr, EFFECTS, (key, value) -> effects.put(entry(key), number(value)));
    Map<Books.Entry, Map<String, Duration>> receipts = new LinkedHashMap<>();
    forEach(
        tr,
        RECEIPT,
        (key, value) ->
            receipts
                .computeIfAbsent(entry(key), entry -> new LinkedHashMap<>())
                .put(key.getString(3), Duration.ofNanos(number(value))));
    return new Books(balances, effects, receipts);
  }

  private static Books.Entry entry(Tuple key) {
    return new Books.Entry(key.getString(1), key.getString(2));
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
