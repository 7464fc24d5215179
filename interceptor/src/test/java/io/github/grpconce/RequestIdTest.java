package io.github.grpconce;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestIdTest {

  /** The example of RFC 9562, appendix A.6. */
  private static final String RFC_VERSION_7 = "017f22e2-79b0-7cc3-98c4-dc0c0c07398f";

  private static final Instant RFC_TIME = Instant.parse("2022-02-22T19:22:22Z");

  @Test
  void random_isTheExampleOfTheRfc() {
    UUID randomness = UUID.fromString("00000000-0000-0cc3-18c4-dc0c0c07398f");
    RequestId id = RequestId.random(InstantSource.fixed(RFC_TIME), () -> randomness);
    assertEquals(RFC_VERSION_7, id.value());
  }

  @Test
  void random_isAUuidOfVersion7AndTheRfcsVariant() {
    UUID uuid = UUID.fromString(RequestId.random().value());
    assertEquals(7, uuid.version());
    assertEquals(2, uuid.variant());
  }

  @Test
  void random_givesADifferentIdEachTime() {
    Set<RequestId> ids = new HashSet<>();
    IntStream.range(0, 10_000).forEach(i -> ids.add(RequestId.random()));
    assertEquals(10_000, ids.size());
  }

  @Test
  void random_bearsTheTimeOfItsClock() {
    Instant now = Instant.parse("2026-01-02T03:04:05.678Z");
    RequestId id = RequestId.random(InstantSource.fixed(now), UUID::randomUUID);
    assertEquals(Optional.of(now), id.time());
  }

  @Test
  void random_refusesAClockBefore1970() {
    InstantSource clock = InstantSource.fixed(Instant.parse("1969-12-31T23:59:59Z"));
    var refusal =
        assertThrows(
            IllegalArgumentException.class, () -> RequestId.random(clock, UUID::randomUUID));
    assertTrue(refusal.getMessage().contains("check the clock"), refusal.getMessage());
  }

  @Test
  void of_aUuidOfVersion7_bearsItsTimeInLowerCase() {
    RequestId id = RequestId.of(RFC_VERSION_7.toUpperCase(Locale.ROOT));
    assertEquals(RFC_VERSION_7, id.value());
    assertEquals(Optional.of(RFC_TIME), id.time());
    assertEquals(RequestId.of(RFC_VERSION_7), id);
    assertEquals(RequestId.of(RFC_VERSION_7).hashCode(), id.hashCode());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "order-4711",
        "f81d4fae-7dec-41d0-a765-00a0c91e6bf6", // version 4
        "320c3d4d-cc00-875b-8ec9-32d5f69181c0", // version 8: RFC 9562's example of a hash
        "017f22e2-79b0-7cc3-c8c4-dc0c0c07398f", // another variant
        "017f22e279b07cc398c4dc0c0c07398f",
        "17f22e2-79b0-7cc3-98c4-dc0c0c07398f",
        "a",
        "with spaces within",
        "{\"json\":1}",
        "100%",
        "~"
      })
  void of_anythingElse_isOpaqueAndTakenAsItIs(String text) {
    RequestId id = RequestId.of(text);
    assertEquals(text, id.value());
    assertEquals(text, id.toString());
    assertEquals(Optional.empty(), id.time());
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '\'',
      value = {
        "'\"abc\"', abc",
        "'\"a \\\"b\\\" c\"', 'a \"b\" c'",
        "'\"a\\\\b\"', 'a\\b'",
        "'\"017F22E2-79B0-7CC3-98C4-DC0C0C07398F\"', 017f22e2-79b0-7cc3-98c4-dc0c0c07398f"
      })
  void of_theQuotedFormOfTheIetf_isUnwrapped(String text, String value) {
    assertEquals(value, RequestId.of(text).value());
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '\'',
      value = {
        "'', is empty",
        "'\"\"', is empty",
        "' a', space",
        "'a ', space",
        "'\" a\"', space",
        "'a\tb', printable ASCII",
        "'a\nb', printable ASCII",
        "'é', printable ASCII",
        "'\"é\"', printable ASCII",
        "'\"abc', no closing",
        "'\"', no closing",
        "'\"abc\\\"', no closing",
        "'\"abc\\', backslash",
        "'\"a\\bc\"', backslash",
        "'\"abc\";x=1', after its closing",
        "'\"\\\"abc\"', starts with a double quote"
      })
  void of_whatIsNoId_saysWhy(String text, String why) {
    var refusal = assertThrows(IllegalArgumentException.class, () -> RequestId.of(text));
    assertTrue(refusal.getMessage().startsWith("the request ID "), refusal.getMessage());
    assertTrue(refusal.getMessage().contains(why), refusal.getMessage());
  }

  @Test
  void of_takes255CharactersAndNotOneMore() {
    assertEquals("x".repeat(255), RequestId.of("x".repeat(255)).value());
    assertEquals("x".repeat(255), RequestId.of('"' + "x".repeat(255) + '"').value());
    var refusal = assertThrows(IllegalArgumentException.class, () -> RequestId.of("x".repeat(256)));
    assertTrue(refusal.getMessage().contains("256 characters, more than 255"));
  }

  @Test
  void of_doesNotRepeatTheTextInItsRefusal() {
    var refusal =
        assertThrows(IllegalArgumentException.class, () -> RequestId.of("secret\u0000secret"));
    assertEquals(-1, refusal.getMessage().indexOf("secret"));
  }

  @Test
  void of_anyText_isRefusedOrReadBackEqual() {
    RandomGenerator random = Seed.random();
    for (int i = 0; i < 100_000; i++) {
      String text = randomText(random);
      RequestId id;
      try {
        id = RequestId.of(text);
      } catch (IllegalArgumentException refused) {
        continue;
      }
      assertEquals(id, RequestId.of(id.value()), text);
      assertTrue(id.value().length() <= RequestId.MAX_LENGTH, text);
      assertTrue(id.value().chars().allMatch(c -> c >= ' ' && c <= '~'), text);
      assertDoesNotThrow(id::time, text);
    }
  }

  /** Half of the characters are those that the syntax knows. */
  private static String randomText(RandomGenerator random) {
    String special = "\"\\ -78abAB0";
    StringBuilder text = new StringBuilder();
    int length = random.nextInt(1 + random.nextInt(300));
    for (int i = 0; i < length; i++) {
      text.append(
          random.nextBoolean()
              ? special.charAt(random.nextInt(special.length()))
              : (char) random.nextInt(random.nextInt(100) == 0 ? 65_536 : 128));
    }
    return text.toString();
  }

  @Test
  void child_ofATimeBearingId_bearsTheParentsTime_andIsReadBack() {
    RequestId parent = RequestId.of(RFC_VERSION_7);
    for (RequestId child : List.of(parent.child("a/B", 0), parent.child("confirm"))) {
      assertEquals(parent.time(), child.time());
      assertEquals(parent.time(), child.child("c/D", 1).time());
      RequestId read = RequestId.of(child.value());
      assertEquals(child, read);
      assertEquals(parent.time(), read.time());
      assertEquals(child, RequestId.of(child.value().toUpperCase(Locale.ROOT)));
    }
  }

  /** Somebody's hash: its first bits are no time, and all its calls would be refused. */
  @Test
  void of_aUuidOfVersion8_isOpaque() {
    RandomGenerator random = Seed.random();
    for (int i = 0; i < 100_000; i++) {
      UUID hash =
          new UUID(
              (random.nextLong() & ~0xF000L) | 0x8000L, (random.nextLong() >>> 2) | (0b10L << 62));
      assertEquals(8, hash.version());
      assertEquals(Optional.empty(), RequestId.of(hash.toString()).time());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "f81d4fae-7dec-41d0-a765-00a0c91e6bf6", // version 4
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398f", // version 7
        "320c3d4d-cc00-875b-8ec9-32d5f69181c0", // version 8
        "ffffffff-ffff-ffff-ffff-ffffffffffff"
      })
  void of_theSpellingsOfAUuid_areOneId(String uuid) {
    String upper = uuid.toUpperCase(Locale.ROOT);
    assertEquals(RequestId.of(uuid), RequestId.of(upper));
    assertEquals(RequestId.of(uuid), RequestId.of('"' + upper + '"'));
    assertEquals(uuid, RequestId.of(upper).value());
  }

  @Test
  void of_theZeroUuid_isRefusedAsAProgramsDefault() {
    var refusal =
        assertThrows(IllegalArgumentException.class, () -> RequestId.of(new UUID(0, 0).toString()));
    assertTrue(refusal.getMessage().contains("zero UUID"), refusal.getMessage());
  }

  @Test
  void child_ofAnOpaqueId_isOpaque() {
    RequestId parent = RequestId.of("order-4711");
    assertEquals(Optional.empty(), parent.child("a/B", 0).time());
    assertEquals(Optional.empty(), parent.child("confirm").time());
  }

  /** These belong to the wire format: whoever changes them makes re-executions call twice. */
  @Test
  void child_staysWhatItIs() {
    RequestId timeBearing = RequestId.of(RFC_VERSION_7);
    RequestId opaque = RequestId.of("order-4711");
    assertEquals(
        List.of(
            "017f22e279b0.0bac58aff39a7a2c2319165eac19b3cc",
            "017f22e279b0.03483868c8d8169a4945c440bc53ffe5",
            "e5bf31742a833e5a92957c78640ee039",
            "cca9ff930c76916a04575ddbef3a6225"),
        List.of(
            timeBearing.child("demo.payment.v1.PaymentService/Charge", 0).value(),
            timeBearing.child("confirm").value(),
            opaque.child("demo.payment.v1.PaymentService/Charge", 0).value(),
            opaque.child("confirm").value()));
  }

  @Test
  void child_differsWhereverItsOriginsDiffer() {
    Set<RequestId> children = new HashSet<>();
    int made = 0;
    for (String parent :
        List.of("a", "aa", RFC_VERSION_7, "017f22e2-79b0-7cc3-98c4-dc0c0c07398e")) {
      for (String method : List.of("a", "b", "a/B", "a/B0", "aa")) {
        RequestId id = RequestId.of(parent);
        for (long ordinal : new long[] {0, 1, 48, Long.MAX_VALUE}) {
          children.add(id.child(method, ordinal));
          made++;
        }
        children.add(id.child(method));
        made++;
        children.add(id.child(method).child(method));
        made++;
      }
    }
    assertEquals(made, children.size());
    assertNotEquals(
        RequestId.of("a").child("bc").child("d"), RequestId.of("a").child("b").child("cd"));
  }

  /** Whatever bytes a label has, it is no way to forge the child of a call. */
  @Test
  void child_ofALabelThatSpellsACall_isNotTheCallsChild() {
    RequestId parent = RequestId.of("a");
    String spelt = "a/B\0\0\0\u0008\0\0\0\0\0\0\0\0";
    assertNotEquals(parent.child("a/B", 0), parent.child(spelt));
    assertNotEquals(parent.child("a/B", 0), parent.child("a/B0"));
  }

  @Test
  void child_ofAnOpaqueId_neverLooksTimeBearing() {
    RandomGenerator random = Seed.random();
    for (int i = 0; i < 10_000; i++) {
      RequestId child = RequestId.of("order").child("a/B", random.nextLong(Long.MAX_VALUE));
      assertEquals(Optional.empty(), RequestId.of(child.value()).time());
    }
  }

  @Test
  void child_needsALabelAndAnOrdinalFromZero() {
    RequestId parent = RequestId.random();
    assertThrows(IllegalArgumentException.class, () -> parent.child(""));
    assertThrows(IllegalArgumentException.class, () -> parent.child("a/B", -1));
  }
}
