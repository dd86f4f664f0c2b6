package dev.voxelmill.protocols.job;

import static java.util.Objects.requireNonNull;

import dev.voxelmill.protocols.geometry.ViewCamera;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A request as it is stored and executed: validated, defaults applied, parameters flattened and
 * sorted, the image by reference.
 *
 * @param job identity
 * @param method name of a method, such as {@code image-to-3d}
 * @param image the input picture
 * @param depth a picture of depths that controls what is made, where the method takes one
 * @param camera the camera of the input picture
 * @param seed seed of all noise of the job
 * @param parameters every parameter of the method by dotted name, defaults included, such as {@code
 *     distill.steps -> 200}
 * @param outputs wanted files beside the GLB: {@code ply}, {@code obj}
 * @param priority 0 (last) to 9 (first)
 */
public record JobRequest(
    JobId job,
    String method,
    ImageRef image,
    Optional<ImageRef> depth,
    ViewCamera camera,
    long seed,
    SortedMap<String, String> parameters,
    List<String> outputs,
    int priority) {
  public static final int DEFAULT_PRIORITY = 5;

  private static final Canonical<SortedMap<String, String>> PARAMETERS = new Canonical<>();
  private static final Canonical<ViewCamera> CAMERAS = new Canonical<>();
  private static final Canonical<String> METHODS = new Canonical<>();

  public JobRequest {
    requireNonNull(job, "job");
    requireNonNull(method, "method");
    requireNonNull(image, "image");
    depth = depth == null ? Optional.empty() : depth; // absent in older records
    requireNonNull(camera, "camera");
    method = METHODS.of(method);
    camera = CAMERAS.of(camera);
    parameters = PARAMETERS.of(Collections.unmodifiableSortedMap(new TreeMap<>(parameters)));
    outputs = List.copyOf(outputs);
    requirePriority(priority);
  }

  /** A request without a picture of depths. */
  public JobRequest(
      JobId job,
      String method,
      ImageRef image,
      ViewCamera camera,
      long seed,
      SortedMap<String, String> parameters,
      List<String> outputs,
      int priority) {
    this(job, method, image, Optional.empty(), camera, seed, parameters, outputs, priority);
  }

  static void requirePriority(int priority) {
    if (priority < 0 || priority > 9) {
      throw new IllegalArgumentException("priority: " + priority + " (expected: 0 to 9)");
    }
  }

  /** The same request with other parameters. */
  public JobRequest with(SortedMap<String, String> others) {
    return new JobRequest(job, method, image, depth, camera, seed, others, outputs, priority);
  }

  /**
   * An input picture.
   *
   * @param mediaType {@code image/png}, {@code image/jpeg} or {@code image/webp}
   * @param widthPx read from the picture's own header
   * @param heightPx read from the picture's own header
   * @param blob the bytes as they were submitted
   */
  public record ImageRef(String mediaType, int widthPx, int heightPx, BlobRef blob) {
    private static final Canonical<String> MEDIA_TYPES = new Canonical<>();

    public ImageRef {
      mediaType = MEDIA_TYPES.of(mediaType);
    }
  }
}
