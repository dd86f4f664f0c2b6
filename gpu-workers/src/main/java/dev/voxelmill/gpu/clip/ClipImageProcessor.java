package dev.voxelmill.gpu.clip;

import com.fasterxml.jackson.databind.JsonNode;
import dev.voxelmill.gpu.nn.folder.ModelFolderException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Makes a picture into normalised planes as transformers' {@code CLIPImageProcessor} does
 * (huggingface/transformers v4.27.1, image_processing_clip.py): resize, crop about the centre,
 * rescale, normalise; each only if the file says so.
 *
 * @param resize size to resize to, if at all
 * @param filter of the resizing
 * @param crop height and width to crop to, if at all; a smaller picture gets black borders
 * @param factor of bytes on their way to numbers
 * @param mean per channel, subtracted
 * @param deviation per channel, divided by
 */
public record ClipImageProcessor(
    Optional<Size> resize,
    PillowFilter filter,
    Optional<Extent> crop,
    double factor,
    List<Double> mean,
    List<Double> deviation) {
  private static final String FIX = "correct the file";

  /** What CLIP's towers were trained with, per channel of pictures in 0..1. */
  public static final List<Double> CLIP_MEAN = List.of(0.48145466, 0.4578275, 0.40821073);

  /** The deviation that belongs to {@link #CLIP_MEAN}. */
  public static final List<Double> CLIP_DEVIATION = List.of(0.26862954, 0.26130258, 0.27577711);

  private static final int DEFAULT_SIZE = 224;
  private static final int LARGEST = 16_384;

  /** What a picture is resized to. */
  sealed interface Size {
    /** The shorter edge has that many pixels; the other keeps the proportion. */
    record ShortestEdge(int pixels) implements Size {}

    /** Both edges as given. */
    record Both(Extent extent) implements Size {}
  }

  /** Height and width in pixels. */
  public record Extent(int height, int width) {}

  /** Reads a {@code preprocessor_config.json}. */
  public static ClipImageProcessor read(Path file) {
    return of(file, FolderJson.read(file));
  }

  /**
   * A processor with these settings; absent ones have the library's defaults.
   *
   * @param source the file that they stand in
   * @throws ModelFolderException naming the key
   */
  public static ClipImageProcessor of(Path source, JsonNode settings) {
    Settings read = new Settings(source, settings);
    boolean normalises = read.flag("do_normalize");
    return new ClipImageProcessor(
        read.flag("do_resize") ? Optional.of(read.size()) : Optional.empty(),
        read.filter(),
        read.flag("do_center_crop") ? Optional.of(read.extent("crop_size")) : Optional.empty(),
        read.flag("do_rescale") ? settings.path("rescale_factor").asDouble(1 / 255.0) : 1,
        normalises ? read.channels("image_mean", CLIP_MEAN) : List.of(0.0, 0.0, 0.0),
        normalises ? read.channels("image_std", CLIP_DEVIATION) : List.of(1.0, 1.0, 1.0));
  }

  /** The planes of a picture, (3, height, width). */
  public Planes process(RgbPixels picture) {
    RgbPixels cropped = resized(picture);
    if (crop.isPresent()) {
      cropped = cropped(cropped, crop.get());
    }
    int count = cropped.width() * cropped.height();
    float[] planes = new float[3 * count];
    for (int i = 0; i < planes.length; i++) {
      int channel = i / count;
      float value = (float) (Byte.toUnsignedInt(cropped.rgb()[3 * (i % count) + channel]) * factor);
      planes[i] = (value - mean.get(channel).floatValue()) / deviation.get(channel).floatValue();
    }
    return new Planes(cropped.height(), cropped.width(), planes);
  }

  /** Numbers of three channels. */
  public static final class Planes {
    private final int height;
    private final int width;
    private final float[] values;

    private Planes(int height, int width, float[] values) {
      this.height = height;
      this.width = width;
      this.values = values;
    }

    public int height() {
      return height;
    }

    public int width() {
      return width;
    }

    /** The numbers, (3, height, width), shared. */
    public float[] values() {
      return values;
    }
  }

  private RgbPixels resized(RgbPixels picture) {
    if (resize.isEmpty()) {
      return picture;
    }
    Extent extent =
        switch (resize.get()) {
          case Size.Both(Extent both) -> both;
          case Size.ShortestEdge(int pixels) -> proportional(picture, pixels);
        };
    if (Math.max(extent.height, extent.width) > LARGEST) {
      throw new IllegalArgumentException(
          "picture: %d x %d (expected: resized, no edge above %d; fix: crop it)"
              .formatted(picture.width(), picture.height(), LARGEST));
    }
    return PillowResize.resize(picture, extent.width, extent.height, filter);
  }

  private static Extent proportional(RgbPixels picture, int pixels) {
    int shorter = Math.min(picture.width(), picture.height());
    int longer = Math.max(picture.width(), picture.height());
    int other = (int) Math.min((double) pixels * longer / shorter, Integer.MAX_VALUE);
    return picture.width() <= picture.height()
        ? new Extent(other, pixels)
        : new Extent(pixels, other);
  }

  private static RgbPixels cropped(RgbPixels picture, Extent wanted) {
    int top = start(picture.height(), wanted.height);
    int left = start(picture.width(), wanted.width);
    byte[] out = new byte[3 * wanted.width * wanted.height];
    for (int y = 0; y < wanted.height; y++) {
      for (int x = 0; x < wanted.width; x++) {
        int fromY = y + top;
        int fromX = x + left;
        if (fromY >= 0 && fromY < picture.height() && fromX >= 0 && fromX < picture.width()) {
          System.arraycopy(
              picture.rgb(),
              3 * (fromY * picture.width() + fromX),
              out,
              3 * (y * wanted.width + x),
              3);
        }
      }
    }
    return new RgbPixels(wanted.width, wanted.height, out);
  }

  /** The source pixel at which a crop begins; negative where a border is added. */
  private static int start(int extent, int wanted) {
    return Math.floorDiv(extent - wanted, 2);
  }

  /** Reads settings with the defaults of the library. */
  private record Settings(Path source, JsonNode json) {

    boolean flag(String key) {
      return json.path(key).asBoolean(true);
    }

    Size size() {
      JsonNode size = json.path("size");
      JsonNode edge = size.isObject() ? size.path("shortest_edge") : size;
      if (size.isObject() && edge.isMissingNode()) {
        return new Size.Both(extent("size"));
      }
      return new Size.ShortestEdge(pixels("size", edge));
    }

    Extent extent(String key) {
      JsonNode node = json.path(key);
      if (node.isObject()) {
        return new Extent(
            pixels(key + ".height", node.path("height")),
            pixels(key + ".width", node.path("width")));
      }
      int edge = pixels(key, node);
      return new Extent(edge, edge);
    }

    private int pixels(String key, JsonNode node) {
      if (node.isMissingNode() && json.path(key).isMissingNode() && !key.contains(".")) {
        return DEFAULT_SIZE;
      }
      if (!node.isInt() || node.intValue() < 1 || node.intValue() > LARGEST) {
        throw new ModelFolderException(
            source, key, node.toString(), "pixels in 1.." + LARGEST, FIX);
      }
      return node.intValue();
    }

    PillowFilter filter() {
      int number = json.path("resample").asInt(PillowFilter.BICUBIC.number());
      return Arrays.stream(PillowFilter.values())
          .filter(filter -> filter.number() == number)
          .findFirst()
          .orElseThrow(
              () ->
                  new ModelFolderException(
                      source,
                      "resample",
                      Integer.toString(number),
                      "1 (Lanczos), 2 (bilinear) or 3 (bicubic)",
                      FIX));
    }

    List<Double> channels(String key, List<Double> otherwise) {
      JsonNode list = json.path(key);
      if (list.isMissingNode() || list.isNull()) {
        return otherwise;
      }
      boolean divides = key.equals("image_std");
      List<Double> values = new ArrayList<>();
      for (JsonNode value : list) {
        double number = value.asDouble(Double.NaN);
        if (Double.isFinite(number) && !(divides && number == 0)) {
          values.add(number);
        }
      }
      if (values.size() != 3 || list.size() != 3) {
        throw new ModelFolderException(
            source, key, list.toString(), "three numbers, none of them 0 to divide by", FIX);
      }
      return values;
    }
  }
}
