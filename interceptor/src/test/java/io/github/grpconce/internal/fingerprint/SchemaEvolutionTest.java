package io.github.grpconce.internal.fingerprint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.github.grpconce.v1.Fingerprint;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Random requests of a random schema, seen by servers that each know a part of it. Names end in
 * their field's number.
 */
class SchemaEvolutionTest {

  private static final List<String> TYPES =
      List.of(
          "int32",
          "sint32",
          "sint64",
          "uint64",
          "float",
          "sfixed64",
          "oneof string",
          "fixed32",
          "double",
          "bool",
          "string",
          "bytes",
          "optional int64",
          "optional string",
          "repeated int32",
          "repeated string",
          "repeated fixed64",
          "Part",
          "repeated Part",
          "map<string,int32>",
          "oneof int32",
          "oneof Part",
          "Kind",
          "int64 leftout");

  private static final List<String> PART =
      List.of(
          "int32 p1 = 1",
          "repeated string p2 = 2",
          "repeated int32 p3 = 3",
          "Part p4 = 4",
          "int64 p5 = 5 leftout",
          "optional int32 p6 = 6");

  /** A client's schema, and which of its fields two servers know. */
  private static final class Case {

    final Random random;
    final List<String> types = new ArrayList<>();

    Case(long seed) {
      random = new Random(seed);
      boolean map = false;
      int fields = 1 + random.nextInt(6);
      for (int i = 0; i < fields; i++) {
        String type = TYPES.get(random.nextInt(TYPES.size()));
        types.add(map && type.startsWith("map") ? "int32" : type);
        map |= type.startsWith("map");
      }
    }

    Schema schema(List<Integer> fields) {
      List<String> lines = new ArrayList<>(List.of("enum Kind A B C", "int32 always = 90"));
      for (int i : fields) {
        String type = types.get(i);
        String option = type.endsWith(" leftout") ? " leftout" : "";
        lines.add(type.replace(" leftout", "") + " " + name(i) + " = " + (i + 1) + option);
      }
      lines.add("message Part");
      lines.addAll(PART);
      return Schema.of("proto3", lines.toArray(String[]::new));
    }

    String name(int i) {
      return types.get(i).startsWith("map") ? "map" : "f" + (i + 1);
    }

    List<Integer> all() {
      List<Integer> all = new ArrayList<>();
      for (int i = 0; i < types.size(); i++) {
        all.add(i);
      }
      return all;
    }

    List<Integer> some() {
      List<Integer> some = all();
      some.removeIf(i -> random.nextInt(3) == 0);
      return some;
    }

    List<String> request() {
      List<String> request = new ArrayList<>();
      boolean chosen = false;
      for (int i = 0; i < types.size(); i++) {
        boolean isChoice = types.get(i).startsWith("oneof");
        request.add(random.nextInt(4) == 0 || (isChoice && chosen) ? "" : value(i));
        chosen |= isChoice && !request.get(i).isEmpty();
      }
      return request;
    }

    String value(int i) {
      String type = types.get(i);
      StringBuilder text = new StringBuilder();
      int count = type.startsWith("repeated") || type.startsWith("map") ? 1 + random.nextInt(4) : 1;
      for (int n = 0; n < count; n++) {
        text.append(name(i)).append(one(type, n)).append(' ');
      }
      return text.toString();
    }

    private String one(String type, int n) {
      int number = random.nextInt(4);
      if (type.startsWith("map")) {
        return " { key: 'k" + n + "' value: " + number + " }";
      }
      if (type.endsWith("Part")) {
        return part(2);
      }
      if (type.endsWith("string") || type.endsWith("bytes")) {
        return ": '" + "abcd".substring(number) + "'";
      }
      return ": "
          + (type.endsWith("bool")
              ? number > 1
              : type.equals("Kind") ? "ABCA".charAt(number) : number);
    }

    private String part(int depth) {
      return " { "
          + (random.nextBoolean() ? "p1: 7 " : "")
          + (random.nextBoolean() ? "p2: 'z' p2: 'y' " : "")
          + (random.nextBoolean() ? "p3: 3 p3: 1 " : "")
          + (depth > 0 && random.nextBoolean() ? "p4 " + part(depth - 1) : "")
          + "}";
    }
  }

  @Property
  void trueRetry_isAccepted_whateverTwoServersKnow(@ForAll long seed) {
    Case evolution = new Case(seed);
    Schema client = evolution.schema(evolution.all());
    ByteString sent = client.sent(String.join("", evolution.request()));
    Schema one = evolution.schema(evolution.some());
    Schema other = evolution.schema(evolution.some());

    Fingerprint recorded = one.recorded(sent);
    assertTrue(other.accepts(recorded, sent), evolution.types::toString);
    assertTrue(one.accepts(other.recorded(sent), sent), evolution.types::toString);
    assertTrue(one.accepts(client.recorded(sent), sent), evolution.types::toString);
    assertTrue(client.accepts(recorded, sent), evolution.types::toString);
  }

  @Property
  void sameContentSentInAnotherWay_isAccepted(@ForAll long seed) {
    Case evolution = new Case(seed);
    Schema client = evolution.schema(evolution.all());
    List<String> request = evolution.request();
    ByteString sent = client.sent(String.join("", request));
    ByteString again = anotherWay(client, request, evolution.random);
    Schema one = evolution.schema(evolution.some());

    for (Schema server : List.of(client, one)) {
      assertTrue(server.accepts(client.recorded(sent), again), request::toString);
      assertTrue(server.accepts(client.recorded(again), sent), request::toString);
      assertTrue(client.accepts(server.recorded(sent), again), request::toString);
      assertTrue(client.accepts(server.recorded(again), sent), request::toString);
    }
  }

  /** With other values of what is left out, explicit defaults, and the fields in another order. */
  private static ByteString anotherWay(Schema client, List<String> request, Random random) {
    List<String> shuffled = new ArrayList<>(request);
    Collections.shuffle(shuffled, random);
    ByteString sent = ByteString.EMPTY;
    for (String each : shuffled) {
      sent = sent.concat(client.sent(each.replaceAll("\\{ (?!key)", "{ p5: 9 p6: 0 ")));
    }
    return sent;
  }

  @Property
  void changeOfWhatBothKnow_isRefused(@ForAll long seed) {
    Case evolution = new Case(seed);
    Schema client = evolution.schema(evolution.all());
    Schema one = evolution.schema(evolution.some());
    Schema other = evolution.schema(evolution.some());
    List<String> request = evolution.request();
    ByteString sent = client.sent("always: 1 " + String.join("", request));
    ByteString changed = client.sent("always: 2 " + String.join("", request));

    assertFalse(other.accepts(one.recorded(sent), changed));
    assertFalse(one.accepts(other.recorded(changed), sent));
  }

  @Property
  void changeOfAnyKnownField_isRefused_andNamed(@ForAll long seed) {
    Case evolution = new Case(seed);
    Schema client = evolution.schema(evolution.all());
    List<String> request = evolution.request();
    int at = evolution.random.nextInt(request.size());
    String type = evolution.types.get(at);
    List<String> other = new ArrayList<>(request);
    other.set(at, evolution.value(at));
    ByteString sent = client.sent(String.join("", request));
    ByteString changed = client.sent(tolerated(type) ? String.join("", request) : only(other, at));
    boolean same =
        client.arrived(only(client, request, at)).equals(client.arrived(only(client, other, at)));

    boolean accepted = client.accepts(client.recorded(sent), changed);

    if (tolerated(type) || same) {
      return;
    }
    assertEquals(
        isDefault(type, request.get(at), other.get(at)), accepted, () -> request + " " + other);
    if (!accepted && !type.startsWith("oneof")) {
      assertEquals(
          evolution.name(at), client.difference(client.recorded(sent), changed).orElseThrow());
    }
  }

  private static boolean tolerated(String type) {
    return type.endsWith("leftout") || type.startsWith("oneof");
  }

  private static String only(List<String> request, int at) {
    return String.join("", request.subList(0, at))
        + request.get(at)
        + String.join("", request.subList(at + 1, request.size()));
  }

  private static ByteString only(Schema client, List<String> request, int at) {
    return client.sent(request.get(at));
  }

  /** Whether both are as if absent: an explicit default. */
  private static boolean isDefault(String type, String one, String other) {
    return !type.startsWith("repeated")
        && !type.endsWith("Part")
        && isDefault(type, one)
        && isDefault(type, other);
  }

  private static boolean isDefault(String type, String value) {
    return value.isEmpty()
        || value.endsWith(": 0 ")
        || value.endsWith(": false ")
        || value.endsWith(": '' ")
        || (type.equals("Kind") && value.endsWith(": A "));
  }
}
