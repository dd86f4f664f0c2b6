package dev.voxelmill.protocols.job;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class Sha256Test {
  /** FIPS 180-2, appendix B.1. */
  private static final String OF_ABC =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

  @Test
  void theStandardsExampleHasItsHash() {
    assertEquals(OF_ABC, Sha256.hex("abc".getBytes(StandardCharsets.US_ASCII)));
  }

  @Test
  void piecesHashLikeTheWhole() {
    MessageDigest digest = Sha256.digest();
    digest.update((byte) 'a');
    digest.update("bc".getBytes(StandardCharsets.US_ASCII));

    assertEquals(OF_ABC, HexFormat.of().formatHex(digest.digest()));
  }
}
