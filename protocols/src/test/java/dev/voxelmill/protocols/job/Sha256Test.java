package dev.voxelmill.protocols.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.voxelmill.protocols.topic.JsonCodec;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Sha256Test {
  /** FIPS 180-2, appendix B.1. */
  private static final String OF_ABC =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

  @Test
  void theStandardsExampleHasItsHash() {
    assertEquals(OF_ABC, Sha256.hex("abc".getBytes(StandardCharsets.US_ASCII)));
  }

  @Test
  void aValueIsWrittenAsItsDigits() {
    JsonCodec<Sha256> codec = JsonCodec.of(Sha256.class);
    Sha256 abc = Sha256.parse(OF_ABC);

    assertEquals(Sha256.of("abc".getBytes(StandardCharsets.US_ASCII)), abc);
    assertEquals(OF_ABC, abc.toString());
    assertEquals('"' + OF_ABC + '"', new String(codec.encode(abc), StandardCharsets.US_ASCII));
    assertEquals(abc, codec.decode(codec.encode(abc)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "0", "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD"})
  void whatIsNotSixtyFourLowerCaseDigitsIsNoHash(String text) {
    assertThrows(IllegalArgumentException.class, () -> Sha256.parse(text));
  }

  @Test
  void piecesHashLikeTheWhole() {
    MessageDigest digest = Sha256.digest();
    digest.update((byte) 'a');
    digest.update("bc".getBytes(StandardCharsets.US_ASCII));

    assertEquals(OF_ABC, HexFormat.of().formatHex(digest.digest()));
  }
}
