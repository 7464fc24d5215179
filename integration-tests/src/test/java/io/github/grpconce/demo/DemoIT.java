package io.github.grpconce.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.grpconce.teststore.StoreTest;
import io.github.grpconce.teststore.TestStore;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The whole of it: real processes, real connections, real data directories. The seed is a new one
 * each time and is printed; {@code -Ddemo.seed=S} runs one again.
 */
@StoreTest
@Timeout(300)
final class DemoIT {

  private static final String STORE =
      TestStore.clusterFile().isPresent() ? "foundationdb" : "embedded";

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final String seed =
      System.getProperty(
          "demo.seed", String.valueOf(ThreadLocalRandom.current().nextInt(1_000_000)));

  @AfterEach
  void nothingIsLeftRunning() {
    assertEquals(0, ProcessHandle.current().children().filter(ProcessHandle::isAlive).count());
  }

  @Test
  void sameOrders_areChargedOnceWithGrpcOnceAndTwiceWithout() {
    assertEquals(0, demo("--orders", "80", "--kill", "1", "--drop", "0.15"), out::toString);
    JsonObject json = lastLine();
    assertEquals(seed, json.get("seed").getAsString());
    assertEquals(STORE, json.get("store").getAsString());

    JsonObject unguarded = json.getAsJsonObject("unguarded");
    assertEquals(80, number(unguarded, "orders"));
    assertTrue(number(unguarded, "ordersChargedTwice") > 0, out::toString);
    assertTrue(number(unguarded, "moneyMissing") > 0, out::toString);
    assertTrue(number(unguarded, "breaches") > 0, out::toString);
    assertEquals(0, number(unguarded, "replays"));
    assertEquals(1, number(unguarded, "kills"));

    JsonObject guarded = json.getAsJsonObject("guarded");
    assertEquals(80, number(guarded, "orders"));
    assertEquals(76, number(guarded, "confirmed"));
    assertEquals(76, number(guarded, "charges"));
    for (String harm :
        List.of(
            "ordersChargedTwice",
            "ordersChargedNotConfirmed",
            "ordersLost",
            "moneyMissing",
            "inProgress",
            "breaches")) {
      assertEquals(0, number(guarded, harm), harm);
    }
    assertTrue(number(guarded, "attempts") > 156, out::toString);
    assertTrue(number(guarded, "replays") > 0, out::toString);
    assertEquals(1, number(guarded, "kills"));
  }

  @Test
  void withoutFaults_theUnguardedRunProvesNothing() {
    int status =
        demo("--orders", "10", "--kill", "0", "--drop", "0", "--reset", "0", "--only", "unguarded");
    assertEquals(3, status, out::toString);
    JsonObject json = lastLine();
    assertEquals(List.of("seed", "store", "unguarded"), List.copyOf(json.keySet()));
    assertEquals(0, number(json.getAsJsonObject("unguarded"), "ordersChargedTwice"));
  }

  @Test
  void withoutFaults_theGuardedRunProvesNothingEither() {
    int status =
        demo("--orders", "10", "--kill", "0", "--drop", "0", "--reset", "0", "--only", "guarded");
    assertEquals(3, status, out::toString);
    JsonObject guarded = lastLine().getAsJsonObject("guarded");
    assertEquals(0, number(guarded, "replays"));
    assertEquals(0, number(guarded, "breaches"));
  }

  @Test
  void guardedAlone_isJudgedByItself() {
    int status =
        demo("--orders", "10", "--kill", "0", "--drop", "0.5", "--reset", "0", "--only", "guarded");
    assertEquals(0, status, out::toString);
    assertEquals(List.of("seed", "store", "guarded"), List.copyOf(lastLine().keySet()));
  }

  private int demo(String... flags) {
    System.out.println("demo.seed=" + seed);
    PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
    List<String> all = new ArrayList<>(List.of(flags));
    all.addAll(List.of("--json", "--seed", seed));
    TestStore.clusterFile()
        .ifPresent(file -> all.addAll(List.of("--cluster-file", file.toString())));
    return Demo.run(stream, stream, all.toArray(String[]::new));
  }

  private JsonObject lastLine() {
    String last = out.toString(StandardCharsets.UTF_8).lines().reduce("", (a, b) -> b);
    return JsonParser.parseString(last).getAsJsonObject();
  }

  private static long number(JsonObject figures, String name) {
    return figures.get(name).getAsLong();
  }
}
