package io.github.grpconce.embedded.workload;

import com.apple.foundationdb.KeySelector;
import com.apple.foundationdb.KeyValue;
import com.apple.foundationdb.MutationType;
import com.apple.foundationdb.ReadTransaction;
import com.apple.foundationdb.StreamingMode;
import com.apple.foundationdb.Transaction;
import com.apple.foundationdb.subspace.Subspace;
import com.apple.foundationdb.tuple.ByteArrayUtil;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A read or a write of some rows, on a transaction or on a model; reads answer with a text. */
@SuppressWarnings("ArrayRecordComponent") // never compared, never a map's key
sealed interface RowOperation {
  /** What a write answers. */
  String DONE = "done";

  String on(Transaction tr);

  String on(RowModel model);

  /** Reads a value. */
  record Get(byte[] key, boolean snapshot) implements RowOperation {
    @Override
    public String on(Transaction tr) {
      return text(view(tr, snapshot).get(key).join());
    }

    @Override
    public String on(RowModel model) {
      return text(model.get(key));
    }

    @Override
    public String toString() {
      return "get " + text(key);
    }
  }

  /** Looks for a key; what is outside of the rows is all one. */
  record GetKey(KeySelector selector, Subspace rows, boolean snapshot) implements RowOperation {
    @Override
    public String on(Transaction tr) {
      byte[] found = view(tr, snapshot).getKey(selector).join();
      return text(rows.contains(found) ? found : null);
    }

    @Override
    public String on(RowModel model) {
      return text(model.getKey(selector));
    }

    @Override
    public String toString() {
      return "get " + selector;
    }
  }

  /** Reads some rows. */
  record GetRange(byte[] begin, byte[] end, int limit, boolean reverse, boolean snapshot)
      implements RowOperation {
    @Override
    public String on(Transaction tr) {
      return text(
          view(tr, snapshot)
              .getRange(begin, end, limit, reverse, StreamingMode.WANT_ALL)
              .asList()
              .join());
    }

    @Override
    public String on(RowModel model) {
      return text(model.getRange(begin, end, limit, reverse));
    }

    @Override
    public String toString() {
      return "get "
          + (reverse ? "last " : "first ")
          + limit
          + " of "
          + text(begin)
          + " to "
          + text(end);
    }
  }

  /** Sets a value. */
  record Set(byte[] key, byte[] value) implements RowOperation {
    @Override
    public String on(Transaction tr) {
      tr.set(key, value);
      return DONE;
    }

    @Override
    public String on(RowModel model) {
      model.set(key, value);
      return DONE;
    }

    @Override
    public String toString() {
      return "set " + text(key) + "=" + text(value);
    }
  }

  /** Clears some rows. */
  record Clear(byte[] begin, byte[] end) implements RowOperation {
    @Override
    public String on(Transaction tr) {
      tr.clear(begin, end);
      return DONE;
    }

    @Override
    public String on(RowModel model) {
      model.clear(begin, end);
      return DONE;
    }

    @Override
    public String toString() {
      return "clear " + text(begin) + " to " + text(end);
    }
  }

  /** Does an atomic operation. */
  record Mutate(MutationType type, byte[] key, byte[] operand) implements RowOperation {
    @Override
    public String on(Transaction tr) {
      tr.mutate(type, key, operand);
      return DONE;
    }

    @Override
    public String on(RowModel model) {
      model.set(key, AtomicModel.apply(type, model.get(key), operand));
      return DONE;
    }

    @Override
    public String toString() {
      return type + " " + text(key) + "=" + text(operand);
    }
  }

  private static ReadTransaction view(Transaction tr, boolean snapshot) {
    return snapshot ? tr.snapshot() : tr;
  }

  /** A key or a value in a form that can be read. */
  static String text(byte @Nullable [] found) {
    return found == null ? "nothing" : ByteArrayUtil.printable(found);
  }

  /** Rows in a form that can be compared and read. */
  static String text(List<KeyValue> rows) {
    return rows.stream()
        .map(row -> text(row.getKey()) + "=" + text(row.getValue()))
        .collect(Collectors.joining(", ", "[", "]"));
  }
}
