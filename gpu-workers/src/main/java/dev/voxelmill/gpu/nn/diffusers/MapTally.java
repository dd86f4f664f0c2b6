package dev.voxelmill.gpu.nn.diffusers;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Follows the maps of a network through its layers and remembers the most numbers that were alive
 * at once. A map is counted from the layer that makes it to the last that reads it; a convolution
 * counts twice, because the library brings its input and its output into an order of its own.
 *
 * <p>Counts are of one row; they are in numbers, not in bytes.
 */
final class MapTally {
  /**
   * Numbers per channel and token while a transformer's gated layer runs: see blocks.torchscript.
   */
  private static final int GATED = 19;

  private final Deque<Long> skips = new ArrayDeque<>();
  private long skipped;
  private long bank;
  private long most;

  /** What stays alive beside the layers, such as a reference's tokens. */
  void keep(long numbers) {
    bank += numbers;
  }

  /** The most numbers at once so far. */
  long most() {
    return most;
  }

  /** A moment at which so many numbers are alive beside what is kept. */
  void need(long numbers) {
    most = Math.max(most, bank + skipped + numbers);
  }

  void pushSkip(long numbers) {
    skips.push(numbers);
    skipped += numbers;
  }

  long popSkip() {
    long numbers = skips.pop();
    skipped -= numbers;
    return numbers;
  }

  void conv(long in, long inArea, long out, long outArea) {
    need(2 * (in * inArea + out * outArea));
  }

  /** Two convolutions and the way past them. */
  void resnet(long in, long out, long area) {
    long past = in == out ? in : in + out;
    need((past + Math.max(2 * (in + out), 4 * out)) * area);
  }

  /**
   * Self-attention, attention to the context and a gated layer over the pixels of a map.
   *
   * @param reference further tokens that the self-attention sees
   */
  void transformer(long channels, long area, long reference) {
    long seen = area + reference;
    long joined = reference > 0 ? seen : 0;
    need(channels * (6 * area + 2 * seen + joined));
    need(channels * GATED * area);
  }

  /** Attention of an autoencoder's middle. */
  void attended(long channels, long area) {
    need(7 * channels * area);
  }
}
