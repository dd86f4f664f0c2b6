package dev.voxelmill.gpu.zero123plus;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.voxelmill.gpu.clip.ClipImageProcessor;
import dev.voxelmill.gpu.clip.ClipTextTower;
import dev.voxelmill.gpu.clip.ClipTokenizer;
import dev.voxelmill.gpu.clip.ClipVisionTower;
import dev.voxelmill.gpu.clip.RgbPixels;
import dev.voxelmill.gpu.nn.diffusers.Autoencoder;
import dev.voxelmill.gpu.nn.diffusers.PrintOptions;
import dev.voxelmill.gpu.nn.folder.ConfigFile;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/** The networks of a Zero123++ folder that look at the picture, before any denoising. */
public final class PictureEncoder implements AutoCloseable {
  private final ClipTokenizer tokenizer;
  private final ClipTextTower text;
  private final ClipVisionTower vision;
  private final ClipImageProcessor visionPixels;
  private final ClipImageProcessor latentPixels;
  private final float[] ramp;
  private final Autoencoder autoencoder;

  private PictureEncoder(
      ClipTokenizer tokenizer,
      ClipTextTower text,
      ClipVisionTower vision,
      ClipImageProcessor visionPixels,
      ClipImageProcessor latentPixels,
      float[] ramp,
      Autoencoder autoencoder) {
    this.tokenizer = tokenizer;
    this.text = text;
    this.vision = vision;
    this.visionPixels = visionPixels;
    this.latentPixels = latentPixels;
    this.ramp = ramp;
    this.autoencoder = autoencoder;
  }

  /**
   * Loads the networks of a folder.
   *
   * @param autoencoder of the same folder, which stays the caller's
   */
  static PictureEncoder load(
      NDManager owner, Path folder, Autoencoder autoencoder, PrintOptions options) {
    ConfigFile index = ConfigFile.read(folder.resolve("model_index.json"));
    ClipTokenizer tokenizer = ClipTokenizer.read(folder.resolve("tokenizer"));
    float[] ramp = ramp(index, tokenizer.length());
    return new PictureEncoder(
        tokenizer,
        ClipTextTower.load(owner, folder.resolve("text_encoder"), options.precision(), false),
        ClipVisionTower.load(owner, folder.resolve("vision_encoder"), options.precision(), false),
        ClipImageProcessor.read(folder.resolve("feature_extractor_clip/preprocessor_config.json")),
        ClipImageProcessor.read(folder.resolve("feature_extractor_vae/preprocessor_config.json")),
        ramp,
        autoencoder);
  }

  private static float[] ramp(ConfigFile index, int tokens) {
    String key = "ramping_coefficients";
    float[] ramp = new float[index.node(key).size()];
    for (int i = 0; i < ramp.length; i++) {
      ramp[i] = (float) index.node(key).get(i).asDouble(Double.NaN);
      if (!Float.isFinite(ramp[i])) {
        throw index.wrong(key, index.node(key).get(i).toString(), "finite numbers");
      }
    }
    if (ramp.length != tokens) {
      throw index.wrong(key, ramp.length + " numbers", tokens + ", one for each token");
    }
    return ramp;
  }

  /**
   * What the UNet is conditioned on.
   *
   * <p>The picture's place among texts is added to every token of the empty text, times the token's
   * learned coefficient (FlexDiffuse); the reference is a sample of the posterior of the picture's
   * latent. The negative is the empty text alone, and the latent of a grey picture.
   *
   * @param guided whether there is to be a negative
   * @param seen is shown what is made on the way, by name
   */
  public CanvasCondition encode(
      NDManager scope,
      RgbPixels picture,
      boolean guided,
      CanvasNoise noise,
      BiConsumer<String, NDArray> seen) {
    return encode(scope, picture, emptyText(scope), guided, noise, seen);
  }

  /**
   * The same with the empty text at hand.
   *
   * @param empty what {@link #emptyText} gave
   */
  public CanvasCondition encode(
      NDManager scope,
      RgbPixels picture,
      NDArray empty,
      boolean guided,
      CanvasNoise noise,
      BiConsumer<String, NDArray> seen) {
    NDArray vaePixels = planes(scope, latentPixels.process(picture));
    NDArray clipPixels = planes(scope, visionPixels.process(picture));
    NDArray image = vision.embed(scope, clipPixels);
    NDArray scaled = image.expandDims(1).mul(scope.create(ramp, new Shape(1, ramp.length, 1)));
    NDArray tokens = empty.add(scaled);
    Autoencoder.Posterior posterior = autoencoder.encode(scope, vaePixels);
    NDArray latents = sample(scope, posterior, noise, 0);
    Map<String, NDArray> made = new LinkedHashMap<>();
    made.put("vae_pixel_values", vaePixels);
    made.put("clip_pixel_values", clipPixels);
    made.put("image_embeds", image);
    made.put("empty_prompt_embeds", empty);
    made.put("cond_posterior_mean", posterior.mean());
    made.put("cond_posterior_logvar", posterior.logVariance());
    made.forEach(seen);
    if (!guided) {
      return new CanvasCondition(latents, tokens);
    }
    NDArray grey = sample(scope, autoencoder.encode(scope, vaePixels.zerosLike()), noise, 1);
    return new CanvasCondition(
        NDArrays.concat(new NDList(grey, latents)), NDArrays.concat(new NDList(empty, tokens)));
  }

  /** The vectors of the empty text, (1, T, D); they depend on nothing but the folder. */
  public NDArray emptyText(NDManager scope) {
    return text.encode(scope, numbers(scope));
  }

  /** Reads all weights now, see {@link Zero123Plus#settle}. */
  void settle(NDManager scope) {
    text.settle(scope);
    vision.settle(scope);
  }

  /** Tokens T of every text. */
  public int tokens() {
    return tokenizer.length();
  }

  /** The token numbers of the empty text, (1, T). */
  public NDArray numbers(NDManager scope) {
    int[] numbers = tokenizer.encode("");
    long[] wide = Arrays.stream(numbers).asLongStream().toArray();
    return scope.create(wide, new Shape(1, wide.length));
  }

  private static NDArray sample(
      NDManager scope, Autoencoder.Posterior posterior, CanvasNoise noise, int draw) {
    Shape shape = posterior.mean().getShape();
    NDArray normals = noise.draw(scope, CanvasNoise.Use.POSTERIOR, draw, shape);
    return posterior.mean().add(posterior.deviation().mul(normals));
  }

  private static NDArray planes(NDManager scope, ClipImageProcessor.Planes planes) {
    return scope.create(planes.values(), new Shape(1, 3, planes.height(), planes.width()));
  }

  @Override
  public void close() {
    text.close();
    vision.close();
  }
}
