package dev.voxelmill.gpu.random;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Philox4x32Test {
  /** The three vectors of philox4x32, 10 rounds, in the file kat_vectors of Random123. */
  @ParameterizedTest
  @CsvSource({
    "00000000 00000000 00000000 00000000, 00000000 00000000, 6627e8d5 e169c58d bc57ac4c 9b00dbd8",
    "ffffffff ffffffff ffffffff ffffffff, ffffffff ffffffff, 408f276d 41c83b0e a20bc7c6 6d5451fd",
    "243f6a88 85a308d3 13198a2e 03707344, a4093822 299f31d0, d16cfe09 94fdcceb 5001e420 24126ea1",
  })
  void thePublishedAnswersAreGiven(String counter, String key, String answer) {
    int[] block = words(counter);
    int[] keyWords = words(key);

    Philox4x32.encrypt(block, (long) keyWords[1] << 32 | Integer.toUnsignedLong(keyWords[0]));

    assertEquals(
        answer,
        Arrays.stream(block)
            .mapToObj(word -> HexFormat.of().toHexDigits(word))
            .collect(Collectors.joining(" ")));
  }

  private static int[] words(String text) {
    return Arrays.stream(text.split(" ")).mapToInt(HexFormat::fromHexDigits).toArray();
  }
}
