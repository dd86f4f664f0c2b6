package dev.voxelmill.faults;

import dev.voxelmill.e2e.Launcher;
import dev.voxelmill.protocols.topic.JsonCodec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Map;

/** Requests that the fault tests submit. */
final class Jobs {
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

  /** A request with these parameters and the demo's picture. */
  static byte[] request(String id, String method, Map<String, Object> parameters) {
    try {
      byte[] picture = Files.readAllBytes(Launcher.home().resolve("conf/demo/car.png"));
      return JsonCodec.mapper()
          .writeValueAsBytes(
              Map.of(
                  "id", id,
                  "method", method,
                  "image", Map.of("data", picture),
                  "parameters", parameters));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
