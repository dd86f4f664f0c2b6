package dev.voxelmill.gpu.task;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.voxelmill.gpu.task.TaskResult.NamedFile;
import dev.voxelmill.protocols.geometry.OrbitCamera;
import dev.voxelmill.protocols.topic.JsonCodec;
import java.nio.charset.StandardCharsets;

/** Collects the cameras of an asset's pictures for {@code cameras.json}. */
final class CamerasFile {
  private static final int ROWS = 3;
  private static final int COLUMNS = 4;
  private static final double DEGREE_PARTS = 1e9;

  private final ObjectNode root = JsonCodec.mapper().createObjectNode();
  private final ArrayNode views;

  /** A file about views of what this camera's picture shows. */
  CamerasFile(OrbitCamera input) {
    root.put(
        "convention",
        "camera-to-world rows, OpenGL axes, world +Z up; azimuth 0 is the input picture's");
    root.set("input", described(input));
    views = root.putArray("views");
  }

  /** Adds a picture of the asset and where it was taken from. */
  void add(String file, OrbitCamera camera) {
    ObjectNode view = JsonCodec.mapper().createObjectNode();
    view.put("file", file);
    view.setAll(described(camera));
    views.add(view);
  }

  private static ObjectNode described(OrbitCamera camera) {
    ObjectNode node = JsonCodec.mapper().createObjectNode();
    node.put("azimuthDeg", degrees(camera.azimuthRad()));
    node.put("elevationDeg", degrees(camera.elevationRad()));
    node.put("radius", camera.radius());
    node.put("fovDeg", degrees(camera.fovRad()));
    double[] matrix = camera.cameraToWorld();
    ArrayNode rows = node.putArray("cameraToWorld");
    for (int row = 0; row < ROWS; row++) {
      ArrayNode numbers = rows.addArray();
      for (int column = 0; column < COLUMNS; column++) {
        numbers.add(matrix[COLUMNS * row + column]);
      }
    }
    return node;
  }

  /** Degrees without the last digits that their way through radians has cost. */
  private static double degrees(double radians) {
    return Math.round(StrictMath.toDegrees(radians) * DEGREE_PARTS) / DEGREE_PARTS;
  }

  NamedFile toFile() {
    byte[] text = (root.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8);
    return new NamedFile("cameras.json", "application/json", text);
  }
}
