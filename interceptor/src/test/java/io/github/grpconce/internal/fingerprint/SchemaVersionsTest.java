package io.github.grpconce.internal.fingerprint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.DynamicMessage;
import io.github.grpconce.v1.Fingerprint;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A retry that meets a server with another version of the request's schema. */
class SchemaVersionsTest {

  private static final String P2 = "proto2";
  private static final String P3 = "proto3";

  /** In every order of servers. */
  private static void assertRetry(Schema one, Schema other, ByteString first, ByteString retry) {
    for (Schema recorder : List.of(one, other)) {
      for (Schema later : List.of(one, other)) {
        String where = (recorder == one ? "one" : "other") + (later == one ? " one" : " other");
        assertTrue(later.accepts(recorder.recorded(first), retry), where);
        assertTrue(later.accepts(recorder.recorded(retry), first), where);
      }
    }
  }

  private static void assertRetry(Schema one, Schema other, ByteString request) {
    assertRetry(one, other, request, request);
  }

  private static void assertOther(Schema one, Schema other, ByteString first, ByteString second) {
    for (Schema recorder : List.of(one, other)) {
      for (Schema later : List.of(one, other)) {
        assertFalse(later.accepts(recorder.recorded(first), second));
        assertFalse(later.accepts(recorder.recorded(second), first));
      }
    }
  }

  private static void assertRetryOfNew(Schema old, Schema now, String text) {
    assertRetry(old, now, now.sent(text));
  }

  @Test
  void newFieldWithALowerNumber() {
    Schema old = Schema.of(P3, "string b = 5");
    Schema now = Schema.of(P3, "int32 a = 2", "string b = 5");

    assertRetryOfNew(old, now, "a: 7 b: 'x'");
    assertOther(old, now, now.sent("a: 7 b: 'x'"), now.sent("a: 7 b: 'y'"));
    assertOther(old, now, now.sent("a: 7 b: 'x'"), now.sent("a: 8 b: 'x'"));
  }

  @Test
  void newFieldsOfEveryType() {
    for (String type :
        List.of(
            "int32",
            "int64",
            "uint32",
            "uint64",
            "sint32",
            "sint64",
            "fixed32",
            "fixed64",
            "sfixed32",
            "sfixed64",
            "bool")) {
      String value = type.equals("bool") ? "true" : "5";
      for (String level : List.of("", "message Part")) {
        Schema old = nested(level, "int32 x = 9");
        for (String kind : List.of("", "optional ", "oneof ")) {
          Schema now = nested(level, "int32 x = 9", kind + type + " a = 2");
          for (String each : List.of(value, value.equals("5") ? "0" : "false")) {
            assertRetryOfNew(old, now, text(level, "a: " + each + " x: 1"));
          }
        }
        for (String packed : List.of("packed", "unpacked")) {
          Schema now = nested(level, "int32 x = 9", "repeated " + type + " a = 2 " + packed);
          String zero = value.equals("5") ? "0" : "false";
          assertRetryOfNew(old, now, text(level, "a: " + value + " x: 1"));
          assertRetryOfNew(old, now, text(level, "a: " + value + " a: " + zero + " x: 1"));
        }
      }
    }
  }

  private static Schema nested(String level, String... lines) {
    if (level.isEmpty()) {
      return Schema.of(P3, lines);
    }
    String[] all = new String[lines.length + 2];
    all[0] = "Part part = 1";
    all[1] = level;
    System.arraycopy(lines, 0, all, 2, lines.length);
    return Schema.of(P3, all);
  }

  private static String text(String level, String text) {
    return level.isEmpty() ? text : "part {" + text + "}";
  }

  @Test
  void newFloatingPointValues() {
    Schema old = Schema.of(P3, "int32 x = 9");
    Schema now = Schema.of(P3, "double d = 1", "float f = 2", "int32 x = 9");

    for (String value : List.of("nan", "-0.0", "inf", "1.5", "0.0")) {
      assertRetryOfNew(old, now, "d: " + value + " f: " + value);
    }
    assertOther(now, now, now.sent("d: -0.0"), now.sent("x: 0"));
  }

  @Test
  void newMessagesAndLists() {
    Schema old = Schema.of(P3, "int32 x = 9");
    Schema now =
        Schema.of(
            P3,
            "Part part = 1",
            "repeated Part parts = 2",
            "repeated string texts = 3",
            "bytes raw = 4",
            "int32 x = 9",
            "message Part",
            "int32 b = 1",
            "repeated int32 c = 2",
            "Part d = 3",
            "repeated string e = 4");

    assertRetryOfNew(old, now, "part { b: 5 e: 'b' e: 'a' c: 1 c: 2 d { c: 7 } }");
    assertRetryOfNew(old, now, "parts { b: 9 } parts { b: 5 } parts { } texts: 'b' texts: 'a'");
    assertRetryOfNew(old, now, "part { } raw: 'abc' x: 1");
  }

  @Test
  void newValueOfAClosedEnum() {
    for (String field :
        List.of("Kind kind = 2", "repeated Kind kind = 2", "repeated Kind kind = 2 packed")) {
      Schema old = Schema.of(P2, "enum Kind A B", field, "int32 x = 5");
      Schema now = Schema.of(P2, "enum Kind A B C", field, "int32 x = 5");

      assertRetryOfNew(old, now, "kind: C x: 1");
      assertOther(old, now, now.sent("kind: C"), now.sent("kind: B"));
      if (field.startsWith("repeated")) {
        assertRetryOfNew(old, now, "kind: B kind: C kind: A x: 1");
        assertFalse(
            now.accepts(now.recorded(now.sent("kind: B kind: C")), now.sent("kind: C kind: B")));
        assertFalse(
            old.accepts(now.recorded(now.sent("kind: A kind: B")), now.sent("kind: B kind: A")));
      }
    }
  }

  @Test
  void newValueOfAClosedEnumInAMapAndBelow() {
    String[] lines = {"map<string,Kind> map = 2", "Part part = 3", "message Part", "Kind k = 1"};
    Schema old = Schema.of(P2, with("enum Kind A B", lines));
    Schema now = Schema.of(P2, with("enum Kind A B C", lines));

    assertRetryOfNew(old, now, "map { key: 'a' value: C } map { key: 'b' value: B } part { k: C }");
  }

  private static String[] with(String first, String... rest) {
    String[] all = new String[rest.length + 1];
    all[0] = first;
    System.arraycopy(rest, 0, all, 1, rest.length);
    return all;
  }

  @Test
  void fieldThatBecomesOptional() {
    Schema old = Schema.of(P3, "int32 a = 1", "string b = 2");
    Schema now = Schema.of(P3, "optional int32 a = 1", "optional string b = 2");

    assertRetry(old, now, now.sent("a: 0 b: ''"), now.sent(""));
    assertOther(old, now, now.sent("a: 0"), now.sent("a: 1"));
  }

  @Test
  void explicitDefaultOfProto2() {
    Schema old = Schema.of(P2, "int32 x = 9");
    Schema now = Schema.of(P2, "int32 a = 1 default=5", "string b = 2 default=u", "int32 x = 9");

    assertRetry(old, now, now.sent("a: 5 b: 'u' x: 1"));
    assertRetry(now, now, now.sent("a: 5 b: 'u'"), now.sent(""));
    assertOther(now, now, now.sent("a: 0"), now.sent(""));
  }

  @Test
  void newOptionalField_withItsDefault_isAsAbsent() {
    Schema old = Schema.of(P3, "string x = 9");
    Schema now = Schema.of(P3, "optional int32 a = 1", "optional string b = 2", "string x = 9");

    assertRetryOfNew(old, now, "a: 0 b: '' x: 'x'");
    assertTrue(now.accepts(old.recorded(now.sent("a: 0 x: 'x'")), now.sent("x: 'x'")));
    assertTrue(old.accepts(now.recorded(now.sent("a: 0 x: 'x'")), now.sent("x: 'x'")));
  }

  @Test
  void newMembersOfAOneof_countEvenIfEmpty() {
    Schema old = Schema.of(P3, "string x = 9");
    Schema now =
        Schema.of(
            P3,
            "oneof int32 a = 1",
            "oneof Part b = 2",
            "oneof Part c = 3",
            "string x = 9",
            "message Part",
            "int32 d = 1");

    for (String choice : List.of("a: 0", "a: 1", "b { }", "b { d: 1 }")) {
      assertRetryOfNew(old, now, choice + " x: 'x'");
    }
    for (Schema other : List.of(old, now)) {
      assertFalse(now.accepts(other.recorded(now.sent("b { }")), now.sent("c { }")));
      assertFalse(other.accepts(now.recorded(now.sent("b { }")), now.sent("c { }")));
    }
    // Who doesn't know them takes both for absent.
    assertTrue(old.accepts(old.recorded(now.sent("b { }")), now.sent("c { }")));
    assertOther(now, now, now.sent("a: 0"), now.sent("b { }"));
    assertOther(now, now, now.sent("a: 0"), now.sent(""));
  }

  @Test
  void newFieldThatIsLeftOut() {
    Schema old = Schema.of(P3, "int32 x = 9");
    Schema now = Schema.of(P3, "int64 at = 1 leftout", "int32 b = 2", "int32 x = 9");
    ByteString first = now.sent("at: 1 b: 2 x: 3");
    ByteString retry = now.sent("at: 7 b: 2 x: 3");
    ByteString without = now.sent("b: 2 x: 3");

    assertRetry(old, now, first);
    for (ByteString each : List.of(first, retry, without)) {
      assertTrue(now.accepts(old.recorded(first), each));
      assertTrue(old.accepts(now.recorded(each), first));
      assertTrue(now.accepts(now.recorded(first), each));
    }
    assertFalse(now.accepts(old.recorded(first), now.sent("at: 1 b: 2 x: 4")));
    assertFalse(old.accepts(now.recorded(first), now.sent("at: 1 b: 2 x: 4")));
    assertFalse(old.accepts(now.recorded(first), now.sent("at: 1 b: 3 x: 3")));
    assertEquals(
        Optional.of("x"), now.difference(old.recorded(first), now.sent("at: 2 x: 4 b: 2")));
  }

  @Test
  void newFieldThatIsLeftOut_below() {
    String[] lines = {"repeated Part part = 1", "message Part", "int32 x = 9", "Part part = 4"};
    Schema old = Schema.of(P3, lines);
    String[] more = java.util.Arrays.copyOf(lines, 5);
    more[4] = "int64 at = 2 leftout";
    Schema now = Schema.of(P3, more);
    ByteString first = now.sent("part { at: 1 x: 1 part { at: 5 } } part { x: 2 at: 9 }");
    ByteString retry = now.sent("part { at: 2 x: 1 part { at: 6 } } part { x: 2 at: 8 }");
    ByteString other = now.sent("part { at: 1 x: 1 part { at: 5 } } part { x: 3 at: 9 }");

    assertTrue(now.accepts(old.recorded(first), retry));
    assertTrue(old.accepts(now.recorded(first), retry));
    assertFalse(now.accepts(old.recorded(first), other));
    assertFalse(old.accepts(now.recorded(first), other));
  }

  @Test
  void newMap_withEntriesInAnotherOrder() {
    Schema old = Schema.of(P3, "int32 x = 9");
    Schema now = Schema.of(P3, "map<string,int32> map = 1", "int32 x = 9");
    ByteString ab = entry("a", 1).concat(entry("b", 0)).concat(now.sent("x: 1"));
    ByteString ba = entry("b", 0).concat(entry("a", 1)).concat(now.sent("x: 1"));

    assertRetry(old, now, ab, ba);
    assertOther(old, now, ab, entry("b", 1).concat(entry("a", 1)).concat(now.sent("x: 1")));
  }

  private static ByteString entry(String key, int value) {
    return ByteString.copyFrom(new byte[] {10, 5, 10, 1, (byte) key.charAt(0), 16, (byte) value});
  }

  @Test
  void orderOfAListThatBothKnow_counts() {
    Schema old =
        Schema.of(
            P3,
            "repeated string a = 1",
            "repeated Part b = 2",
            "repeated int32 c = 3",
            "Part d = 4",
            "message Part",
            "repeated string e = 1");
    Schema now =
        Schema.of(
            P3,
            "repeated string a = 1",
            "repeated Part b = 2",
            "repeated int32 c = 3",
            "Part d = 4",
            "repeated string n = 9",
            "message Part",
            "repeated string e = 1");

    for (String more : List.of("", " n: 'b' n: 'a'")) {
      assertOther(old, now, now.sent("a: 'x' a: 'y'" + more), now.sent("a: 'y' a: 'x'" + more));
      assertOther(old, now, now.sent("c: 1 c: 2" + more), now.sent("c: 2 c: 1" + more));
      ByteString first = now.sent("b { e: 'y' e: 'x' } b { e: 'z' }" + more);
      assertOther(old, now, first, now.sent("b { e: 'x' e: 'y' } b { e: 'z' }" + more));
      assertOther(old, now, first, now.sent("b { e: 'z' } b { e: 'y' e: 'x' }" + more));
      assertRetry(old, now, first);
    }
    assertEquals(
        Optional.of("a"),
        old.difference(old.recorded(now.sent("a: 'y' a: 'x'")), now.sent("a: 'x' a: 'y'")));
  }

  @Test
  void packedOrNot_isTheSame() {
    for (String level : List.of("", "message Part")) {
      Schema old =
          nested(level, "repeated int32 a = 1 unpacked", "repeated fixed64 b = 2 unpacked");
      Schema now = nested(level, "repeated int32 a = 1 packed", "repeated fixed64 b = 2 packed");
      String text = text(level, "a: 1 a: -2 a: 0 b: 7 b: 8");

      assertRetry(old, now, old.sent(text), now.sent(text));
    }
    assertRetry(
        Schema.of(P3, "repeated int32 a = 1 unpacked"),
        Schema.of(P3, "repeated int32 a = 1 packed"),
        ByteString.copyFrom(new byte[] {8, 5}));
  }

  @Test
  void widenedTypes_areTheSame() {
    Schema old = Schema.of(P3, "int32 a = 1", "bool b = 2", "string c = 3", "sfixed32 d = 4");
    Schema now = Schema.of(P3, "int64 a = 1", "uint64 b = 2", "bytes c = 3", "fixed32 d = 4");

    assertRetryOfNew(old, now, "a: -5 b: 1 c: 'text' d: 4294967295");
    assertRetry(old, Schema.of(P3, "repeated int32 a = 1"), old.sent("a: 5"));
  }

  @Test
  void lastOfDuplicatesCounts_andPartsOfAMessageAreMerged() {
    Schema schema =
        Schema.of(P3, "int32 a = 1", "Part p = 2", "message Part", "int32 b = 1", "int32 c = 2");
    ByteString split = schema.sent("a: 1 p { b: 1 }").concat(schema.sent("a: 2 p { c: 2 }"));
    PresentedRequest unparsed = schema.fingerprints().presentedSerialised(List.of(split));

    assertTrue(
        schema
            .fingerprints()
            .match(schema.recorded(schema.sent("a: 2 p { b: 1 c: 2 }")), unparsed));
  }

  @Test
  void groups_knownOrNot() {
    Schema old = Schema.of(P2, "int32 x = 9");
    Schema now =
        Schema.of(
            P2,
            "group Part part = 1",
            "int32 x = 9",
            "message Part",
            "int32 b = 2",
            "repeated group Part part = 4",
            "string s = 5");

    assertRetryOfNew(old, now, "part { b: 1 s: 'x' part { b: 9 } part { b: 3 } } x: 1");
    assertOther(old, now, now.sent("part { b: 1 }"), now.sent("part { b: 2 }"));
  }

  @Test
  void leftOutExtension() {
    Schema old = Schema.of(P2, "int32 x = 9", "extensions");
    Schema now =
        Schema.of(
            P2,
            "int32 x = 9",
            "extensions",
            "extend Request",
            "int64 at = 100 leftout",
            "int32 more = 101");
    ByteString first = now.sent("[test.at]: 1 [test.more]: 2 x: 3");
    ByteString retry = now.sent("[test.at]: 5 [test.more]: 2 x: 3");

    assertRetry(old, now, first);
    assertTrue(now.accepts(now.recorded(first), retry));
    assertTrue(now.accepts(old.recorded(first), retry));
    assertTrue(old.accepts(now.recorded(first), retry));
    assertFalse(now.accepts(now.recorded(first), now.sent("[test.at]: 1 [test.more]: 9 x: 3")));
  }

  @Test
  void recordOfMixedVersions_staysSmall() {
    Schema now = Schema.of(P3, "optional int32 a = 1", "int64 at = 2 leftout", "int32 x = 9");

    int size = now.recorded(now.sent("a: 0 at: 5 x: 1")).getSerializedSize();

    assertTrue(size <= 50, () -> "bytes: " + size);
  }

  @Test
  void deepGroups_areReadAsDeepAsTheServerDoes() throws Exception {
    Schema schema =
        Schema.of(P2, "group Part part = 1", "message Part", "group Part part = 1", "int32 b = 2");
    Schema old = Schema.of(P2, "int32 x = 9");
    ByteString deep = schema.sent("part { b: 5 }");
    ByteString other = schema.sent("part { b: 6 }");
    for (int i = 0; i < 250; i++) {
      deep = group(deep);
      other = group(other);
    }

    for (Schema recorder : List.of(schema, old)) {
      for (Schema later : List.of(schema, old)) {
        Fingerprint recorded = deeply(recorder, deep).fingerprint();
        assertTrue(later.fingerprints().match(recorded, deeply(later, deep)));
        assertFalse(later.fingerprints().match(recorded, deeply(later, other)));
      }
    }
  }

  private static ByteString group(ByteString content) {
    return ByteString.copyFrom(new byte[] {11})
        .concat(content)
        .concat(ByteString.copyFrom(new byte[] {12}));
  }

  private static PresentedRequest deeply(Schema schema, ByteString bytes) throws Exception {
    CodedInputStream input = bytes.newCodedInput();
    input.setRecursionLimit(2_000);
    return schema.fingerprints().presented(List.of(DynamicMessage.parseFrom(schema.type(), input)));
  }

  @Test
  void newMapAndNewLists_together() {
    Schema old = Schema.of(P3, "int32 x = 9");
    Schema now =
        Schema.of(
            P3,
            "map<string,int32> map = 1",
            "repeated string l = 2",
            "repeated Part p = 3",
            "int32 x = 9",
            "message Part",
            "int32 b = 1");
    ByteString lists = now.sent("l: 'b' l: 'a' p { b: 2 } p { b: 1 } x: 1");
    ByteString ba = entry("b", 1).concat(entry("a", 1)).concat(lists);
    ByteString ab = entry("a", 1).concat(entry("b", 1)).concat(lists);

    assertRetry(old, now, ba, ab);
  }

  private static final String[] RICH = {
    "int64 at = 1 leftout",
    "optional int32 zero = 2",
    "map<string,int32> map = 3",
    "repeated int32 numbers = 4",
    "Part part = 5",
    "oneof int32 one = 6",
    "oneof string two = 7",
    "repeated string words = 8",
    "map<int32,Part> map1 = 9"
  };

  /** A message that one of the servers has never heard of. */
  @Test
  void newMessage_sentInAnotherWay_isTheSame() {
    Schema old = Schema.of(P3, "int32 x = 99");
    Schema now = rich("Part part = 1", "int32 x = 99");

    for (String wrapped :
        List.of("part { %s }", "part { part { %s } }", "part { part { %s } zero: 0 }")) {
      String first = "at: 1 zero: 0 numbers: 7 one: 0 map { key: 'a' value: 1 } map { key: 'b' }";
      String retry = "at: 2 numbers: 7 one: 0 map { key: 'b' } map { key: 'a' value: 1 }";
      ByteString sent = now.sent(wrapped.formatted(first));
      ByteString again = now.sent(wrapped.formatted(retry));
      assertRetry(old, now, sent);
      assertTrue(old.accepts(now.recorded(sent), again), wrapped);
      assertTrue(old.accepts(now.recorded(again), sent), wrapped);
      assertTrue(now.accepts(old.recorded(sent), again), wrapped);
      ByteString other = now.sent(wrapped.formatted(retry.replace("numbers: 7", "numbers: 8")));
      assertFalse(old.accepts(now.recorded(sent), other), wrapped);
      assertFalse(now.accepts(now.recorded(sent), other), wrapped);
    }
  }

  private static Schema rich(String... lines) {
    List<String> all = new ArrayList<>(List.of(lines));
    all.add("message Part");
    all.addAll(List.of(RICH));
    return Schema.of(P3, all.toArray(String[]::new));
  }

  /** In every place that a message can be in, and that both servers know. */
  @Test
  void newFieldsOfAMessage_whereverItIs() {
    String[] places = {
      "Part part = 1|part { %s }",
      "repeated Part part = 1|part { words: 'w' } part { %s }",
      "map<string,Part> map = 1|map { key: 'k' value { %s } } map { key: 'a' value { } }",
      "oneof Part part = 1|part { %s }"
    };
    for (String place : places) {
      String field = place.substring(0, place.indexOf('|'));
      String text = place.substring(place.indexOf('|') + 1);
      Schema now = rich(field, "int32 x = 99");
      for (int known = 0; known < RICH.length; known++) {
        Schema old = Schema.of(P3, field, "int32 x = 99", "message Part", RICH[known]);
        String content = "zero: 7 map { key: 'a' value: 1 } map { key: 'b' } numbers: 1 numbers: 2";
        ByteString sent = now.sent(text.formatted(content + " at: 1 words: 'b' words: 'a' one: 0"));
        ByteString later =
            now.sent(text.formatted(content + " at: 2 words: 'b' words: 'a' one: 0"));
        assertRetry(old, now, sent);
        assertTrue(old.accepts(now.recorded(sent), later), field + RICH[known]);
        assertTrue(now.accepts(old.recorded(sent), later), field + RICH[known]);
        ByteString other = now.sent(text.formatted(content + " words: 'b' words: 'c' one: 0"));
        assertOther(old, now, sent, other);
      }
    }
  }

  @Test
  void newMessageInAnExtension_andDefaultsOfIt() {
    Schema old = Schema.of(P2, "int32 x = 9", "extensions");
    Schema now =
        Schema.of(
            P2,
            "int32 x = 9",
            "extensions",
            "message Part",
            "int32 a = 1 default=5",
            "int64 at = 2 leftout",
            "extend Request",
            "Part e = 100",
            "repeated int32 l = 101");
    ByteString first = now.sent("[test.e] { a: 5 at: 1 } [test.l]: 1 [test.l]: 2");
    ByteString retry = now.sent("[test.e] { at: 2 } [test.l]: 1 [test.l]: 2");

    assertRetry(old, now, first);
    assertTrue(
        old.accepts(
            now.recorded(first), now.sent("[test.e] { a: 5 at: 3 } [test.l]: 1 [test.l]: 2")));
    assertTrue(now.accepts(old.recorded(first), retry));
    assertFalse(
        now.accepts(
            now.recorded(first), now.sent("[test.e] { a: 6 at: 1 } [test.l]: 1 [test.l]: 2")));
  }

  @Test
  void optionOfAFieldThatBothKnow_leavesTheSameRequestTheSame() {
    Schema old = Schema.of(P3, "int64 at = 1", "int32 x = 9");
    Schema now = Schema.of(P3, "int64 at = 1 leftout", "int32 x = 9");

    assertRetryOfNew(old, now, "at: 1 x: 2");
    assertFalse(now.accepts(old.recorded(now.sent("at: 1 x: 2")), now.sent("at: 2 x: 2")));
    assertTrue(old.accepts(now.recorded(now.sent("at: 1 x: 2")), now.sent("at: 2 x: 2")));
  }

  /**
   * Twenty fields that a server doesn't know are noted. Of more it records a digest as they are,
   * and not knowing which of them are maps, it takes another order of entries for another request.
   */
  @Test
  void manyNewFields_areCompared_upToTheLimitOfARecord() {
    for (int count : new int[] {19, 20}) {
      String[] lines = new String[count + 2];
      StringBuilder text = new StringBuilder("x: 1 ");
      lines[0] = "int32 x = 99";
      lines[1] = "map<string,int32> map = 90";
      for (int i = 1; i <= count; i++) {
        lines[i + 1] = "int32 f" + i + " = " + i;
        text.append("f").append(i).append(": 7 ");
      }
      Schema old = Schema.of(P3, lines[0]);
      Schema now = Schema.of(P3, lines);
      ByteString numbers = now.sent(text.toString());
      ByteString sent = now.sent(text + "map { key: 'b' } map { key: 'a' }");
      ByteString other = now.sent(text.toString().replace("f3: 7", "f3: 8"));

      assertRetry(old, now, numbers);
      assertOther(old, now, numbers, other);
      assertTrue(old.accepts(old.recorded(sent), sent));
      assertTrue(old.accepts(now.recorded(sent), sent));
      assertTrue(now.accepts(old.recorded(sent), sent));
      ByteString again = now.sent(text + "map { key: 'a' } map { key: 'b' }");
      assertEquals(count == 19, now.accepts(old.recorded(sent), again));
      assertEquals(count == 20, old.recorded(sent).getNotes().isEmpty());
    }
  }
}
