package io.github.grpconce.demo.foreign;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.FileDescriptor;
import io.github.grpconce.demo.order.v1.OrderLine;
import io.github.grpconce.demo.order.v1.OrderProto;
import io.github.grpconce.demo.order.v1.PlaceOrderRequest;
import io.github.grpconce.demo.shop.Answer;
import io.github.grpconce.demo.shop.Mode;
import io.github.grpconce.demo.shop.Purchase;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Shoppers in JavaScript, in a process of their own: {@code src/test/node/shoppers.js}.
 *
 * @param node the program
 * @param directory for what they write, empty
 */
record NodeShoppers(Path node, Path directory) {

  /** Tests run in their module's directory. */
  private static final Path SCRIPTS = Path.of("src", "test", "node").toAbsolutePath();

  private static final long LIMIT_SECONDS = 180;

  /**
   * What they came to.
   *
   * @param answers by the purchases' references
   * @param calls how often they called; what gRPC has repeated by itself is not in it
   */
  record Shopping(Map<String, Answer> answers, int calls) {}

  /** Says what is missing, if gRPC's client is. */
  static Optional<String> missing() {
    return Files.isDirectory(SCRIPTS.resolve("node_modules").resolve("@grpc"))
        ? Optional.empty()
        : Optional.of("gRPC's JavaScript client (npm install in " + SCRIPTS + ")");
  }

  /** Buys everything, and waits until every purchase has ended. */
  Shopping buy(int port, Mode mode, List<Purchase> purchases)
      throws IOException, InterruptedException {
    Path requests =
        Files.write(
            directory.resolve("requests"),
            purchases.stream().map(purchase -> json(purchase.request())).toList());
    Path schema = Files.write(directory.resolve("schema"), schema().toByteArray());
    Path answers = directory.resolve("answers");
    Path errors = directory.resolve("errors.log");
    Process process =
        new ProcessBuilder(
                node.toString(),
                SCRIPTS.resolve("shoppers.js").toString(),
                "127.0.0.1:" + port,
                mode.label(),
                schema.toString())
            .redirectInput(requests.toFile())
            .redirectOutput(answers.toFile())
            .redirectError(errors.toFile())
            .start();
    try {
      boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
      String said = Files.readString(errors);
      assertEquals(Optional.of(0), ended ? Optional.of(process.exitValue()) : "it hangs", said);
    } finally {
      process.destroyForcibly();
    }
    return read(Files.readAllLines(answers));
  }

  private static FileDescriptorSet schema() {
    Map<String, FileDescriptor> files = new LinkedHashMap<>();
    addWithImports(OrderProto.getDescriptor(), files);
    FileDescriptorSet.Builder schema = FileDescriptorSet.newBuilder();
    files.values().forEach(file -> schema.addFile(file.toProto()));
    return schema.build();
  }

  /** What a file imports comes before it. */
  private static void addWithImports(FileDescriptor file, Map<String, FileDescriptor> files) {
    file.getDependencies().forEach(imported -> addWithImports(imported, files));
    files.putIfAbsent(file.getFullName(), file);
  }

  private static String json(PlaceOrderRequest request) {
    JsonObject json = new JsonObject();
    json.addProperty("customer_account_id", request.getCustomerAccountId());
    json.addProperty("reference", request.getReference());
    JsonArray lines = new JsonArray();
    for (OrderLine line : request.getLinesList()) {
      JsonObject one = new JsonObject();
      one.addProperty("product", line.getProduct());
      one.addProperty("quantity", line.getQuantity());
      one.addProperty("unit_price_cents", line.getUnitPriceCents());
      lines.add(one);
    }
    json.add("lines", lines);
    return json.toString();
  }

  private static Shopping read(List<String> lines) {
    Map<String, Answer> answers = new HashMap<>();
    int calls = 0;
    for (String line : lines) {
      JsonObject json = JsonParser.parseString(line).getAsJsonObject();
      if (json.has("calls")) {
        calls = json.get("calls").getAsInt();
      } else {
        answers.put(json.get("reference").getAsString(), answer(json));
      }
    }
    return new Shopping(answers, calls);
  }

  private static Answer answer(JsonObject json) {
    if (json.has("orderId")) {
      return new Answer.Confirmed(json.get("orderId").getAsString());
    }
    Status status =
        Status.fromCodeValue(json.get("code").getAsInt())
            .withDescription(json.get("details").getAsString());
    // The demo declines with this; any other end of a purchase is none.
    return status.getCode() == Status.Code.FAILED_PRECONDITION
        ? new Answer.Declined(status.toString())
        : new Answer.Unanswered(status.toString());
  }
}
