package io.github.grpconce.internal.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.apple.foundationdb.subspace.Subspace;
import io.github.grpconce.RequestId;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The keys of today are kept: a record under another key would be taken for absent. */
class RecordKeysTest {

  private static final RequestId TIME_BEARING =
      RequestId.of("01890a5d-ac96-774b-bcce-b302099a8057");

  private final RecordKeys keys = new RecordKeys(new Subspace(new byte[] {'S'}));

  @Test
  void keyOfATimeBearingId_isFrozen() {
    assertEquals(
        "5374" + "7e" + "001890a5" + "dae13a43e303b791bf6a9c2d026c1d",
        hex(keys.record(RecordIdentity.of("scope", "pkg.Service/Method", TIME_BEARING))));
  }

  @Test
  void keyOfAnOpaqueId_isFrozen() {
    RecordIdentity identity = RecordIdentity.of("", "pkg.Service/Method", RequestId.of("order-17"));

    assertEquals("536f" + "77893011e3a3f361d30d4ac896812a11", hex(keys.record(identity)));
    assertEquals(
        "5378" + "77" + "048d159e" + "77893011e3a3f361d30d4ac896812a11",
        hex(keys.opaqueAge(identity.hash().toByteArray(), 0x0123_4567_89AB_CDEFL)));
  }

  @Test
  void keysOfTheSubspace_areFrozen() {
    assertEquals("5368", hex(keys.horizon()));
    assertEquals("5366", hex(keys.format()));
    assertEquals("00ff0102", hex(RecordKeys.part(new byte[] {0, (byte) 0xFF}, 0x0102)));
  }

  @Test
  void identity_dependsOnEveryPart() {
    RecordIdentity identity = RecordIdentity.of("a", "b", RequestId.of("c"));

    assertEquals(identity, RecordIdentity.of("a", "b", RequestId.of("c")));
    assertNotEquals(identity, RecordIdentity.of("", "b", RequestId.of("c")));
    assertNotEquals(identity, RecordIdentity.of("a", "", RequestId.of("c")));
    assertNotEquals(identity, RecordIdentity.of("a", "b", RequestId.of("d")));
    // The same text, cut elsewhere.
    assertNotEquals(
        RecordIdentity.of("ab", "c", RequestId.of("d")),
        RecordIdentity.of("a", "bc", RequestId.of("d")));
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
