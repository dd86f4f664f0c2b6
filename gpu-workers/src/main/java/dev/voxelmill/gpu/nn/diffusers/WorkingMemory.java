package dev.voxelmill.gpu.nn.diffusers;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the maps of a network take while it runs, beside its weights, as an estimate in bytes of
 * float32; either 16-bit type takes half. Attention is taken to be computed in blocks, as libtorch
 * does, so that nothing grows with the square of the tokens.
 */
public final class WorkingMemory {
  private WorkingMemory() {}

  /** Rows of maps of a height and a width. */
  public record Maps(long rows, long height, long width) {
    long area() {
      return height * width;
    }

    /** As a convolution of stride 2 leaves them. */
    Maps halved() {
      return new Maps(rows, (height + 1) / 2, (width + 1) / 2);
    }

    Maps times(int factor) {
      return new Maps(rows, height * factor, width * factor);
    }

    private long bytes(MapTally tally) {
      return Float.BYTES * rows * tally.most();
    }
  }

  /**
   * A call of a UNet.
   *
   * @param sample its input
   * @param reference what a network with reference attention reads beside it
   */
  public static long bytes(UNetConfig config, Maps sample, Optional<Maps> reference) {
    MapTally tally = new MapTally();
    List<Maps> sizes = sizes(config.down(), sample);
    List<Long> references =
        sizes(config.down(), reference.orElse(new Maps(0, 0, 0))).stream().map(Maps::area).toList();
    keepReference(tally, config, references);
    tally.conv(config.inputs(), sample.area(), config.down().getFirst().channels(), sample.area());
    down(tally, config.down(), sizes, references);
    config
        .middle()
        .ifPresent(level -> middle(tally, level, sizes.getLast().area(), references.getLast()));
    up(tally, config, sizes, references);
    int first = config.down().getFirst().channels();
    tally.conv(first, sample.area(), config.outputs(), sample.area());
    return sample.bytes(tally);
  }

  /** A call of a ControlNet for a sample; its picture is larger by the network's reduction. */
  public static long bytes(ControlNetConfig config, Maps sample) {
    MapTally tally = new MapTally();
    int channels = config.hints();
    Maps picture = sample.times(config.reduction());
    for (int width : config.hintChannels()) {
      tally.conv(channels, picture.area(), width, picture.area());
      channels = width;
      picture = picture.halved();
    }
    List<Maps> sizes = sizes(config.down(), sample);
    List<Long> none = sizes.stream().map(size -> 0L).toList();
    down(tally, config.down(), sizes, none);
    middle(tally, config.middle(), sizes.getLast().area(), 0);
    // As many residuals as there are skips, made while these are still there.
    for (int i = 0; i < sizes.size(); i++) {
      Level level = config.down().get(i);
      tally.pushSkip((level.resnets() + 1L) * level.channels() * sizes.get(i).area());
    }
    tally.need(0);
    return sample.bytes(tally);
  }

  /** Encoding or decoding pictures, whichever takes more. */
  public static long bytes(AutoencoderConfig config, Maps pictures) {
    MapTally tally = new MapTally();
    List<Integer> channels = config.channels();
    List<Maps> sizes = new ArrayList<>(List.of(pictures));
    while (sizes.size() < channels.size()) {
      sizes.add(sizes.getLast().halved());
    }
    int last = channels.getLast();
    long coarse = sizes.getLast().area();
    tally.resnet(last, last, coarse);
    tally.attended(last, coarse);
    int before = channels.getFirst();
    for (int i = 0; i < channels.size(); i++) {
      tally.resnet(before, channels.get(i), sizes.get(i).area());
      tally.resnet(channels.get(i), channels.get(i), sizes.get(i).area());
      // A decoder comes from the coarser side, with the channels of that level, and doubles them.
      int coarser = channels.get(Math.min(i + 1, channels.size() - 1));
      tally.conv(coarser, sizes.get(i).area(), coarser, sizes.get(i).area());
      tally.resnet(coarser, channels.get(i), sizes.get(i).area());
      before = channels.get(i);
    }
    return pictures.bytes(tally);
  }

  private static List<Maps> sizes(List<Level> levels, Maps finest) {
    List<Maps> sizes = new ArrayList<>(List.of(finest));
    while (sizes.size() < levels.size()) {
      sizes.add(sizes.getLast().halved());
    }
    return sizes;
  }

  private static void keepReference(MapTally tally, UNetConfig config, List<Long> references) {
    for (int i = 0; i < references.size(); i++) {
      Level down = config.down().get(i);
      Level up = config.up().get(references.size() - 1 - i);
      tally.keep(attentions(down) * down.channels() * references.get(i));
      tally.keep(attentions(up) * up.channels() * references.get(i));
    }
    config.middle().ifPresent(level -> tally.keep(level.channels() * references.getLast()));
  }

  private static long attentions(Level level) {
    return level.attends() ? (long) level.resnets() * level.layers() : 0;
  }

  private static void down(
      MapTally tally, List<Level> levels, List<Maps> sizes, List<Long> references) {
    long channels = levels.getFirst().channels();
    tally.pushSkip(channels * sizes.getFirst().area());
    for (int i = 0; i < levels.size(); i++) {
      Level level = levels.get(i);
      long area = sizes.get(i).area();
      for (int j = 0; j < level.resnets(); j++) {
        // The block's input is the newest skip: it is there once.
        long input = tally.popSkip();
        tally.resnet(channels, level.channels(), area);
        tally.pushSkip(input);
        channels = level.channels();
        if (level.attends()) {
          tally.transformer(channels, area, references.get(i));
        }
        tally.pushSkip(channels * area);
      }
      if (i < levels.size() - 1) {
        long half = sizes.get(i + 1).area();
        tally.conv(channels, area, channels, half);
        tally.pushSkip(channels * half);
      }
    }
  }

  private static void middle(MapTally tally, Level level, long area, long reference) {
    tally.resnet(level.channels(), level.channels(), area);
    tally.transformer(level.channels(), area, reference);
  }

  private static void up(
      MapTally tally, UNetConfig config, List<Maps> sizes, List<Long> references) {
    long channels = config.down().getLast().channels();
    for (int i = 0; i < config.up().size(); i++) {
      Level level = config.up().get(i);
      int at = sizes.size() - 1 - i;
      long area = sizes.get(at).area();
      for (int j = 0; j < level.resnets(); j++) {
        long joined = channels * area + tally.popSkip();
        tally.need(2 * joined);
        tally.resnet(joined / area, level.channels(), area);
        channels = level.channels();
        if (level.attends()) {
          tally.transformer(channels, area, references.get(at));
        }
      }
      if (at > 0) {
        long larger = sizes.get(at - 1).area();
        tally.conv(channels, larger, channels, larger);
      }
    }
  }
}
