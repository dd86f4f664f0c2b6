package dev.voxelmill.actors.nemesis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import java.util.SplittableRandom;

/** Ways in which bytes on {@code requests} are no request. */
enum PoisonKind {
  NOISE("random bytes"),
  EMPTY("no bytes at all"),
  CUT("JSON that ends in the middle"),
  DEEP("brackets a hundred thousand deep"),
  LONG_ID("an id of a megabyte"),
  BAD_UTF8("bytes that are no UTF-8"),
  NO_PICTURE("text where the picture should be"),
  UNKNOWN_METHOD("a method that does not exist"),
  OUT_OF_RANGE("a parameter outside its range");

  private static final int DEPTH = 100_000;
  private static final int LONG = 1 << 20;
  private static final String TEXT = Base64.getEncoder().encodeToString("no PNG".getBytes(UTF_8));

  private final String words;

  PoisonKind(String words) {
    this.words = words;
  }

  String words() {
    return words;
  }

  /** The record's value. */
  byte[] bytes(long seed) {
    return switch (this) {
      case NOISE -> {
        byte[] noise = new byte[4000];
        new SplittableRandom(seed).nextBytes(noise);
        yield noise;
      }
      case EMPTY -> new byte[0];
      case CUT -> "{\"id\":\"cut\",\"image\":{\"da".getBytes(UTF_8);
      case DEEP -> "[".repeat(DEPTH).getBytes(UTF_8);
      case LONG_ID -> request("x".repeat(LONG), "");
      case BAD_UTF8 -> new byte[] {'{', '"', (byte) 0xC3, (byte) 0x28, '"', ':', '1', '}'};
      case NO_PICTURE -> request("no-picture", "");
      case UNKNOWN_METHOD -> request("no-method", ",\"method\":\"alchemy\"");
      case OUT_OF_RANGE -> request("no-range", ",\"parameters\":{\"distill.steps\":-1}");
    };
  }

  private static byte[] request(String id, String more) {
    return "{\"id\":\"%s\"%s,\"image\":{\"data\":\"%s\"}}"
        .formatted(id, more, TEXT)
        .getBytes(UTF_8);
  }
}
