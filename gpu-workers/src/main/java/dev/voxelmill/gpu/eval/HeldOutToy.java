package dev.voxelmill.gpu.eval;

import dev.voxelmill.gpu.random.Noise;
import dev.voxelmill.gpu.random.NoiseStream;
import dev.voxelmill.gpu.toys.ToyFamily;
import dev.voxelmill.gpu.toys.ToyObject;
import dev.voxelmill.gpu.toys.ToyRenderer;
import dev.voxelmill.protocols.geometry.OrbitCamera;
import dev.voxelmill.protocols.geometry.ViewCamera;
import dev.voxelmill.protocols.job.BlobRef;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.job.JobRequest;
import dev.voxelmill.protocols.job.Sha256;
import dev.voxelmill.protocols.plan.Methods;
import dev.voxelmill.protocols.plan.ParameterCheck;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;

/**
 * A toy that nothing was trained on, and the picture of it that is submitted: 32 x 32 pixels with
 * transparency, from any azimuth, 12 to 32 degrees above the equator, 1.7 away.
 *
 * @param object in its own frame
 * @param input camera of the picture, in the toy's frame
 */
record HeldOutToy(ToyObject object, OrbitCamera input) {
  static final int PICTURE_PX = 32;

  private static final NoiseStream CAMERA = NoiseStream.named("eval/input-camera");
  private static final double LOWEST_DEG = 12;
  private static final double HIGHEST_DEG = 32;
  private static final double RADIUS = 1.7;
  private static final double FOV_DEG = 49.1;

  static HeldOutToy of(long seed, ToyFamily family) {
    Noise noise = new Noise(seed);
    return new HeldOutToy(
        ToyObject.of(seed, family),
        OrbitCamera.ofDegrees(
            360 * noise.uniform(CAMERA, 0, 0),
            LOWEST_DEG + (HIGHEST_DEG - LOWEST_DEG) * noise.uniform(CAMERA, 0, 1),
            RADIUS,
            FOV_DEG));
  }

  /** What a camera of the asset's frame, where the input stands at azimuth 0, is in the toy's. */
  OrbitCamera inToyFrame(OrbitCamera camera) {
    return camera.turned(input.azimuthRad());
  }

  /** The picture, (4, n, n): RGB on white and coverage, each in 0..1. */
  float[] planes() {
    return new ToyRenderer(PICTURE_PX).render(object, input);
  }

  /** The picture as a PNG with straight alpha. */
  byte[] picture() {
    float[] planes = planes();
    int count = PICTURE_PX * PICTURE_PX;
    BufferedImage image = new BufferedImage(PICTURE_PX, PICTURE_PX, BufferedImage.TYPE_INT_ARGB);
    for (int i = 0; i < count; i++) {
      float coverage = planes[3 * count + i];
      int argb = level(coverage);
      for (int channel = 0; channel < 3; channel++) {
        float onWhite = planes[channel * count + i];
        float own = coverage > 0 ? (onWhite - (1 - coverage)) / coverage : 1;
        argb = argb << 8 | level(own);
      }
      image.setRGB(i % PICTURE_PX, i / PICTURE_PX, argb);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", out);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write a PNG to memory", e);
    }
    return out.toByteArray();
  }

  /** The request that submits the picture, with these parameters beside the defaults. */
  JobRequest request(byte[] picture, Map<String, String> parameters) {
    ParameterCheck check = Methods.IMAGE_TO_3D.check(parameters);
    return switch (check) {
      case ParameterCheck.Refused refused ->
          throw new IllegalArgumentException(String.join("\n", refused.problems()));
      case ParameterCheck.Accepted accepted ->
          new JobRequest(
              new JobId(JobId.DEFAULT_TENANT, "eval-" + object.seed()),
              Methods.IMAGE_TO_3D.name(),
              new JobRequest.ImageRef(
                  "image/png",
                  PICTURE_PX,
                  PICTURE_PX,
                  new BlobRef(Sha256.hex(picture), picture.length, 0, List.of())),
              new ViewCamera(Math.toDegrees(input.elevationRad()), FOV_DEG, input.radius()),
              0,
              accepted.parameters(),
              List.of(),
              JobRequest.DEFAULT_PRIORITY);
    };
  }

  private static int level(float value) {
    return Math.clamp((int) (value * 255 + 0.5f), 0, 255);
  }
}
