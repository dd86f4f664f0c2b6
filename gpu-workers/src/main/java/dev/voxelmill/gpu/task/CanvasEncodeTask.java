package dev.voxelmill.gpu.task;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.voxelmill.gpu.clip.RgbPixels;
import dev.voxelmill.gpu.engine.SafeTensorsWriter;
import dev.voxelmill.gpu.models.PretrainedModels.Borrowed;
import dev.voxelmill.gpu.zero123plus.CanvasCondition;
import dev.voxelmill.gpu.zero123plus.CanvasDraws;
import dev.voxelmill.gpu.zero123plus.GreyGround;
import dev.voxelmill.gpu.zero123plus.Zero123Plus;
import dev.voxelmill.protocols.job.JobFailure;
import java.awt.image.BufferedImage;
import java.util.Map;
import java.util.Optional;

/**
 * Input picture, and that of depths if there is one, to all that denoising a canvas of Zero123++
 * needs. What a request cannot have is refused before the model is loaded.
 */
final class CanvasEncodeTask extends SingleStepTask {
  private final RgbPixels picture;
  private final Optional<float[]> hint; // (3, H, W), -1..1
  private final CanvasSize canvas;
  private final double guidanceScale;
  private final long seed;
  private final Borrowed<Zero123Plus> model;
  private final Map<String, float[]> emptyTexts;

  /**
   * @param emptyTexts vectors of the empty text by the hash of the model's files, which grow
   */
  CanvasEncodeTask(TaskContext context, TaskInput input, Map<String, float[]> emptyTexts) {
    super(context);
    InputPicture.of(input); // refuses what shows nothing
    picture = GreyGround.under(GreyGround.square(decoded(input.image())));
    canvas = CanvasSize.of(input.parameters());
    hint = input.depth().map(depth -> hint(decoded(depth), canvas));
    guidanceScale = input.parameters().real("denoise.guidance");
    seed = input.request().seed();
    model = context.borrow(input, CanvasTasks.MODEL);
    canvas.requireFitting(model.model());
    this.emptyTexts = emptyTexts;
  }

  private static BufferedImage decoded(byte[] file) {
    return InputPicture.read(file)
        .orElseThrow(
            () ->
                new UnopenableTaskException(
                    JobFailure.Code.INVALID_REQUEST,
                    "picture: %d bytes that do not decode (expected: PNG, JPEG or WebP)"
                        .formatted(file.length)));
  }

  /** As ToTensor and (x - 0.5) / 0.5 of the authors' pipeline make it. */
  private static float[] hint(BufferedImage depth, CanvasSize canvas) {
    if (depth.getWidth() != canvas.width() || depth.getHeight() != canvas.height()) {
      throw new UnopenableTaskException(
          JobFailure.Code.INVALID_REQUEST,
          "depth: %d x %d pixels (expected: %d x %d, a canvas of canvas.viewPx)"
              .formatted(depth.getWidth(), depth.getHeight(), canvas.width(), canvas.height()));
    }
    byte[] rgb = RgbPixels.of(depth).rgb();
    int count = rgb.length / 3;
    float[] planes = new float[rgb.length];
    for (int i = 0; i < rgb.length; i++) {
      planes[i % 3 * count + i / 3] = (Byte.toUnsignedInt(rgb[i]) / 255f - 0.5f) / 0.5f;
    }
    return planes;
  }

  @Override
  Computed compute(NDManager scope) {
    CanvasCondition made =
        model
            .model()
            .encoder()
            .encode(
                scope,
                picture,
                emptyText(scope),
                guidanceScale > 1,
                new CanvasDraws(seed),
                (name, tensor) -> {});
    if (!TaskInputs.isFinite(made.latents()) || !TaskInputs.isFinite(made.tokens())) {
      return new Computed.Impossible(
          StepOutcome.Failed.permanent(
              JobFailure.Code.NOT_FINITE,
              "what the model sees: not finite (expected: finite; fix: check the weights with"
                  + " ./voxelmill models verify)"));
    }
    SafeTensorsWriter writer =
        new SafeTensorsWriter().add("latents", made.latents()).add("tokens", made.tokens());
    hint.ifPresent(planes -> writer.add("hint", planes, 1, 3, canvas.height(), canvas.width()));
    return new Computed.Made(new TaskResult.Tensors(writer.toBytes()));
  }

  private NDArray emptyText(NDManager scope) {
    String hash = model.use().sha256();
    if (!emptyTexts.containsKey(hash)) {
      emptyTexts.put(hash, model.model().encoder().emptyText(scope).toFloatArray());
    }
    float[] vectors = emptyTexts.get(hash);
    int tokens = model.model().encoder().tokens();
    return scope.create(vectors, new Shape(1, tokens, vectors.length / tokens));
  }
}
