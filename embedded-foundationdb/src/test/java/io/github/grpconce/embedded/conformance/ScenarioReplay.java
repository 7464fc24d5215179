package io.github.grpconce.embedded.conformance;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.FDBException;
import com.apple.foundationdb.KeySelector;
import com.apple.foundationdb.KeyValue;
import com.apple.foundationdb.MutationType;
import com.apple.foundationdb.ReadTransaction;
import com.apple.foundationdb.StreamingMode;
import com.apple.foundationdb.Transaction;
import com.apple.foundationdb.async.AsyncIterable;
import com.apple.foundationdb.tuple.ByteArrayUtil;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.github.grpconce.embedded.internal.key.Versionstamps;
import io.github.grpconce.embedded.internal.range.RangeResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.zip.CRC32;

/**
 * Does the steps of one recorded scenario, one after the other, and gives for each the answer in
 * the form in which the cluster's was recorded.
 */
final class ScenarioReplay implements AutoCloseable {
  private static final Set<String> AWAITED =
      Set.of("get", "getKey", "getRange", "getReadVersion", "commit");
  private static final int LONGEST_IN_FULL = 300;
  private static final Duration STAMP_PATIENCE = Duration.ofMillis(700);

  private final Pace time;
  private final Database database;
  private final Map<String, Transaction> transactions = new HashMap<>();
  private final Map<String, CompletableFuture<byte[]>> stamps = new HashMap<>();
  private final Map<String, CompletableFuture<Void>> watches = new HashMap<>();
  private final Map<String, byte[]> knownStamps = new LinkedHashMap<>();

  ScenarioReplay(Database database, Pace time) {
    this.database = database;
    this.time = time;
  }

  /** The answer to a step. */
  JsonElement answer(JsonObject step) {
    try {
      JsonElement answer = perform(step);
      if (AWAITED.contains(step.get("do").getAsString())) {
        // The recording, too, took some time where it waited for an answer.
        time.pass(Duration.ofMillis(1));
      }
      return answer;
    } catch (RuntimeException failure) {
      Throwable cause = failure;
      while (cause instanceof CompletionException && cause.getCause() != null) {
        cause = cause.getCause();
      }
      JsonObject error = new JsonObject();
      if (cause instanceof FDBException known) {
        error.addProperty("error", known.getCode());
      } else {
        error.addProperty("error", cause.getClass().getSimpleName());
      }
      return error;
    }
  }

  @Override
  public void close() {
    transactions.values().forEach(Transaction::close);
  }

  private JsonElement perform(JsonObject step) {
    String action = step.get("do").getAsString();
    return switch (action) {
      case "sleep" -> {
        time.pass(Duration.ofMillis(step.get("ms").getAsLong()));
        yield ok();
      }
      case "fresh", "close", "cancel", "onError", "commit", "committedVersion" ->
          life(step, action);
      case "get", "getKey", "getRange", "getChunk", "getReadVersion", "isSnapshot" ->
          read(step, action);
      case "stamp", "stampValue", "stampMatchesVersion" -> stamp(step, action);
      case "watch", "awaitWatch" -> watch(step, action);
      case "option" -> {
        option(tr(step), step);
        yield ok();
      }
      default -> write(step, action);
    };
  }

  private static JsonElement ok() {
    return new JsonPrimitive("ok");
  }

  private Transaction tr(JsonObject step) {
    return transactions.computeIfAbsent(
        step.get("tr").getAsString(), name -> database.createTransaction());
  }

  private JsonElement life(JsonObject step, String action) {
    String name = step.get("tr").getAsString();
    switch (action) {
      case "fresh" -> {
        Transaction old = transactions.remove(name);
        if (old != null) {
          old.close();
        }
      }
      case "close" -> tr(step).close();
      case "cancel" -> tr(step).cancel();
      case "onError" -> {
        FDBException error = new FDBException("scripted", step.get("code").getAsInt());
        transactions.put(name, time.join(tr(step).onError(error)));
      }
      case "commit" -> time.join(tr(step).commit());
      default -> {
        return new JsonPrimitive(tr(step).getCommittedVersion() == -1 ? "readonly" : "written");
      }
    }
    return ok();
  }

  private JsonElement read(JsonObject step, String action) {
    boolean snapshot = step.has("snapshot") && step.get("snapshot").getAsBoolean();
    ReadTransaction reads = snapshot ? tr(step).snapshot() : tr(step);
    return switch (action) {
      case "get" -> bytes(time.join(reads.get(bytes(step, "key"))));
      case "getKey" -> bytes(time.join(reads.getKey(selector(step, "selector"))));
      case "getReadVersion" -> {
        time.join(reads.getReadVersion());
        yield ok();
      }
      case "isSnapshot" -> new JsonPrimitive(reads.isSnapshot());
      case "getChunk" -> chunk(range(reads, step), step);
      default -> rows(time.join(range(reads, step).asList()));
    };
  }

  private static AsyncIterable<KeyValue> range(ReadTransaction reads, JsonObject step) {
    return reads.getRange(
        selector(step, "begin"),
        selector(step, "end"),
        step.get("limit").getAsInt(),
        step.get("reverse").getAsBoolean(),
        mode(step));
  }

  private static StreamingMode mode(JsonObject step) {
    return StreamingMode.valueOf(step.get("mode").getAsString());
  }

  /** What the C API gives for one call: some rows, and whether there may be more. */
  private JsonElement chunk(AsyncIterable<KeyValue> range, JsonObject step) {
    int iteration = step.get("iteration").getAsInt();
    RangeResult result = time.join(time.chunk(range, mode(step), iteration));
    JsonObject answer = new JsonObject();
    answer.add("rows", rows(result.rows()));
    answer.addProperty("more", result.more());
    return answer;
  }

  private static KeySelector selector(JsonObject step, String name) {
    JsonObject selector = step.getAsJsonObject(name);
    return new KeySelector(
        HexFormat.of().parseHex(selector.get("key").getAsString()),
        selector.get("orEqual").getAsBoolean(),
        selector.get("offset").getAsInt());
  }

  @SuppressWarnings("deprecation") // clearRangeStartsWith is recorded as well
  private JsonElement write(JsonObject step, String action) {
    Transaction tr = tr(step);
    switch (action) {
      case "set" -> tr.set(bytes(step, "key"), bytes(step, "value"));
      case "clear" -> tr.clear(bytes(step, "key"));
      case "clearRange" -> tr.clear(bytes(step, "begin"), bytes(step, "end"));
      case "clearStartsWith" -> tr.clearRangeStartsWith(bytes(step, "key"));
      case "mutate" ->
          tr.mutate(
              MutationType.valueOf(step.get("type").getAsString()),
              bytes(step, "key"),
              bytes(step, "value"));
      case "addReadConflictKey" -> tr.addReadConflictKey(bytes(step, "key"));
      case "addReadConflictRange" ->
          tr.addReadConflictRange(bytes(step, "begin"), bytes(step, "end"));
      case "addWriteConflictKey" -> tr.addWriteConflictKey(bytes(step, "key"));
      case "addWriteConflictRange" ->
          tr.addWriteConflictRange(bytes(step, "begin"), bytes(step, "end"));
      case "addReadConflictKeyIfNotSnapshot" -> {
        boolean snapshot = step.has("snapshot") && step.get("snapshot").getAsBoolean();
        ReadTransaction reads = snapshot ? tr.snapshot() : tr;
        return new JsonPrimitive(reads.addReadConflictKeyIfNotSnapshot(bytes(step, "key")));
      }
      case "setReadVersionOf" -> {
        Transaction other = transactions.get(step.get("of").getAsString());
        long committed = other.getCommittedVersion();
        tr.setReadVersion(committed == -1 ? time.join(other.getReadVersion()) : committed);
      }
      default -> throw new IllegalArgumentException("unknown step " + action);
    }
    return ok();
  }

  private static void option(Transaction tr, JsonObject step) {
    String name = step.get("name").getAsString();
    switch (name) {
      case "readYourWritesDisable" -> tr.options().setReadYourWritesDisable();
      case "snapshotRywDisable" -> tr.options().setSnapshotRywDisable();
      case "snapshotRywEnable" -> tr.options().setSnapshotRywEnable();
      case "nextWriteNoWriteConflictRange" -> tr.options().setNextWriteNoWriteConflictRange();
      case "sizeLimit" -> tr.options().setSizeLimit(step.get("value").getAsLong());
      case "timeout" -> tr.options().setTimeout(step.get("value").getAsLong());
      case "retryLimit" -> tr.options().setRetryLimit(step.get("value").getAsLong());
      case "causalReadRisky" -> tr.options().setCausalReadRisky();
      case "priorityBatch" -> tr.options().setPriorityBatch();
      default -> throw new IllegalArgumentException("unknown option " + name);
    }
  }

  private JsonElement stamp(JsonObject step, String action) {
    String name = step.get("tr").getAsString();
    switch (action) {
      case "stamp" -> {
        stamps.put(name, tr(step).getVersionstamp());
        return ok();
      }
      case "stampValue" -> {
        CompletableFuture<byte[]> stamp = stamps.get(name);
        time.await(stamp, STAMP_PATIENCE);
        if (!stamp.isDone()) {
          return new JsonPrimitive("pending");
        }
        knownStamps.put(name, stamp.join());
        return new JsonPrimitive("len:" + stamp.join().length);
      }
      default -> {
        byte[] version = Arrays.copyOf(knownStamps.get(name), Long.BYTES);
        long committed = tr(step).getCommittedVersion();
        return new JsonPrimitive(
            Arrays.equals(version, Arrays.copyOf(Versionstamps.of(committed, 0), Long.BYTES)));
      }
    }
  }

  private JsonElement watch(JsonObject step, String action) {
    String name = step.get("as").getAsString();
    if (action.equals("watch")) {
      watches.put(name, tr(step).watch(bytes(step, "key")));
      return ok();
    }
    CompletableFuture<Void> watch = watches.get(name);
    time.await(watch, Duration.ofMillis(step.get("ms").getAsLong()));
    if (!watch.isDone()) {
      return new JsonPrimitive("waiting");
    }
    watch.join();
    return new JsonPrimitive("fired");
  }

  private byte[] bytes(JsonObject step, String name) {
    JsonElement given = step.get(name);
    if (given.isJsonPrimitive()) {
      return HexFormat.of().parseHex(given.getAsString());
    }
    JsonObject composed = given.getAsJsonObject();
    byte[] head = HexFormat.of().parseHex(composed.get("hex").getAsString());
    if (composed.has("times")) {
      byte[][] copies = new byte[composed.get("times").getAsInt()][];
      Arrays.fill(copies, head);
      return ByteArrayUtil.join(copies);
    }
    byte[] stamp =
        knownStamps.getOrDefault(
            composed.get("stampOf").getAsString(), new byte[Versionstamps.LENGTH]);
    return ByteArrayUtil.join(
        head, stamp, HexFormat.of().parseHex(composed.get("tail").getAsString()));
  }

  private JsonElement bytes(byte[] answer) {
    return answer == null ? JsonNull.INSTANCE : new JsonPrimitive(text(answer));
  }

  private String text(byte[] answer) {
    if (answer.length > LONGEST_IN_FULL) {
      CRC32 crc = new CRC32();
      crc.update(answer);
      return "len:" + answer.length + ":crc:" + crc.getValue();
    }
    String hex = HexFormat.of().formatHex(answer);
    for (Map.Entry<String, byte[]> stamp : knownStamps.entrySet()) {
      hex = hex.replace(HexFormat.of().formatHex(stamp.getValue()), "<" + stamp.getKey() + ">");
    }
    return hex;
  }

  private JsonElement rows(List<KeyValue> rows) {
    JsonArray answer = new JsonArray();
    for (KeyValue row : new ArrayList<>(rows)) {
      JsonArray pair = new JsonArray();
      pair.add(text(row.getKey()));
      pair.add(text(row.getValue()));
      answer.add(pair);
    }
    return answer;
  }
}
