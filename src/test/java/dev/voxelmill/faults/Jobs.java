package dev.voxelmill.faults;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.voxelmill.e2e.Launcher;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.topic.JsonCodec;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Map;
import javax.imageio.ImageIO;

/** Requests that the fault tests submit. */
final class Jobs {
  /** The fewest pixels along an edge of a picture that is accepted. */
  private static final int EDGE = 8;

  private static final byte[] FEW_PIXELS = fewPixels();

  private Jobs() {}

  /** The real model over every task kind, few steps each; a checkpoint every ten of them. */
  static byte[] real(String id, int distillSteps) {
    return request(
        id,
        "image-to-3d",
        Map.of(
            "denoise.views", "6",
            "project.fitSteps", 10,
            "distill.steps", distillSteps,
            "checkpoint.everySteps", 10,
            "mesh.faces", 2000));
  }

  /** Holds a device for {@code steps} times {@code stepMillis}; a checkpoint every ten steps. */
  static byte[] synthetic(String id, int steps, int stepMillis) {
    return request(
        id,
        "synthetic",
        Map.of(
            "synthetic.steps", steps,
            "synthetic.stepMillis", stepMillis,
            "checkpoint.everySteps", 10));
  }

  /** A synthetic job with a checkpoint every hour. */
  static byte[] unsaved(String id, int steps, int stepMillis) {
    return request(
        id,
        "synthetic",
        Map.of(
            "synthetic.steps", steps,
            "synthetic.stepMillis", stepMillis,
            "checkpoint.everySeconds", 3600));
  }

  /** The synthetic job of forty steps with scripted faults; a checkpoint every ten steps. */
  static byte[] rehearsal(String id, String faults) {
    return request(
        id,
        "synthetic",
        Map.of(
            "synthetic.steps", 40,
            "synthetic.stepMillis", 50,
            "synthetic.faults", faults,
            "checkpoint.everySteps", 10));
  }

  /** A synthetic job of a tenant without checkpoints, over the smallest picture. */
  static byte[] brief(JobId job, int priority, int steps, int stepMillis) {
    return written(
        Map.of(
            "tenant", job.tenant(),
            "id", job.id(),
            "method", "synthetic",
            "priority", priority,
            "image", Map.of("data", FEW_PIXELS),
            "parameters", Map.of("synthetic.steps", steps, "synthetic.stepMillis", stepMillis)));
  }

  /** A request with these parameters and the demo's picture. */
  static byte[] request(String id, String method, Map<String, Object> parameters) {
    return written(
        Map.of(
            "id", id,
            "method", method,
            "image", Map.of("data", picture()),
            "parameters", parameters));
  }

  private static byte[] picture() {
    try {
      return Files.readAllBytes(Launcher.picture());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] fewPixels() {
    try {
      ByteArrayOutputStream png = new ByteArrayOutputStream();
      ImageIO.write(new BufferedImage(EDGE, EDGE, BufferedImage.TYPE_INT_RGB), "png", png);
      return png.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] written(Map<String, Object> request) {
    try {
      return JsonCodec.mapper().writeValueAsBytes(request);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
