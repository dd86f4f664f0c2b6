package dev.voxelmill.gpu.field;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.voxelmill.gpu.engine.Argument;
import dev.voxelmill.gpu.engine.Kernel;
import dev.voxelmill.gpu.engine.KernelSource;
import dev.voxelmill.gpu.engine.Shapes;
import java.util.ArrayList;
import java.util.List;

/**
 * Volume rendering of a {@link VoxelField} and its gradient.
 *
 * <p>Notation: sigma is density, D the step, {@code tau = sigma D}, {@code T_i = exp(-sum_{j<i}
 * tau_j)} the exact transmittance in front of sample i, {@code w_i = T_i (1 - exp(-tau_i))} its
 * weight. Image {@code = sum w c + (1 - sum w) c_background}; depth alike with distances (sjc
 * voxnerf/render.py, {@code render_ray_bundle}; Mildenhall et al., NeRF, 2020, eq. 3).
 *
 * <p>The backward pass is written out instead of recorded: with {@code q_i} the gradient of weight
 * i, {@code dL/dtau_i = q_i (T_i - w_i) - sum_{j>i} q_j w_j}. It keeps a dozen arrays instead of a
 * tape, and its sums have one order, so that a CPU gives the same bits every time.
 */
public final class FieldRenderer implements AutoCloseable {
  private final FieldLayout layout;
  private final Kernel kernel;
  private final Lookup lookup;

  public FieldRenderer(NDManager owner, FieldLayout layout, Lookup lookup) {
    this.layout = layout;
    this.lookup = lookup;
    kernel =
        Kernel.compile(
            owner,
            KernelSource.resource(FieldRenderer.class, "rendering.torchscript", "Rendering"));
  }

  public FieldLayout layout() {
    return layout;
  }

  /** Renders what the rays of a march see; {@code background} is (C, n). */
  public Rendering render(NDManager scope, VoxelField field, RayMarch march, NDArray background) {
    Shapes.require(background, "background", layout.channels(), march.rays().count());
    Rendering.UploadedMarch uploaded = upload(scope, march);
    List<Argument> arguments = new ArrayList<>();
    arguments.addAll(tensors(field.grid(), field.logGain(), background));
    arguments.addAll(march(uploaded));
    arguments.addAll(constants());
    NDList out = kernel.call(scope, "render", arguments);
    NDList saved = new NDList(out.subList(4, out.size()));
    return new Rendering(
        out.get(0),
        out.get(1),
        out.get(2),
        out.get(3),
        new Rendering.Tape(uploaded, background, saved));
  }

  /** Carries the gradient with respect to a rendering back to the field. */
  public FieldGradient backward(
      NDManager scope, VoxelField field, Rendering rendering, RenderGradient upstream) {
    Rendering.Tape tape = rendering.tape();
    List<Argument> arguments = new ArrayList<>();
    arguments.addAll(
        tensors(upstream.image(), upstream.opacity(), upstream.depth(), upstream.weightsOrNone()));
    arguments.addAll(tensors(field.grid(), field.logGain(), tape.background()));
    arguments.addAll(march(tape.march()));
    arguments.addAll(constants());
    arguments.add(Argument.of(rendering.opacity()));
    tape.saved().forEach(array -> arguments.add(Argument.of(array)));
    NDList out = kernel.call(scope, "render_backward", arguments);
    return new FieldGradient(out.get(0), out.get(1), out.get(2));
  }

  /** The background colours (C, n) that a field's texture shows in the directions of rays. */
  public NDArray texture(NDManager scope, VoxelField field, Rays rays) {
    return kernel.callOne(
        scope,
        "texture",
        List.of(
            Argument.of(field.texture().orElseThrow()),
            Argument.of(textureCoordinates(scope, rays)),
            Argument.of(layout.activation().code())));
  }

  /** Carries the gradient of background colours, (C, n), back to the texture that showed them. */
  public NDArray textureBackward(
      NDManager scope, VoxelField field, Rays rays, NDArray colours, NDArray gradient) {
    return kernel.callOne(
        scope,
        "texture_backward",
        List.of(
            Argument.of(gradient),
            Argument.of(field.texture().orElseThrow()),
            Argument.of(textureCoordinates(scope, rays)),
            Argument.of(colours),
            Argument.of(layout.activation().code())));
  }

  /**
   * A background picture (1, C, h, w) resized bilinearly to the rays of one view, (C, height
   * width); 3drec's white in latent space (3drec/voxnerf/render.py, {@code render_ray_bundle}).
   */
  public NDArray picture(NDManager scope, NDArray picture, int width, int height) {
    Shapes.require(picture, "picture", 1, layout.channels(), -1, -1);
    return kernel.callOne(
        scope, "picture", List.of(Argument.of(picture), Argument.of(height), Argument.of(width)));
  }

  /** Density per unit length (n) and colour features (C, n) at points (n, 3) of the world. */
  public NDList query(NDManager scope, VoxelField field, NDArray points) {
    Shapes.require(points, "points", -1, 3);
    return kernel.call(
        scope,
        "query",
        List.of(
            Argument.of(field.grid()),
            Argument.of(field.logGain()),
            Argument.of(points),
            Argument.of(corners(scope)),
            Argument.of(layout.shift()),
            Argument.of(layout.scale()),
            Argument.of(layout.padding().code())));
  }

  @Override
  public void close() {
    kernel.close();
  }

  private Rendering.UploadedMarch upload(NDManager scope, RayMarch march) {
    int n = march.rays().count();
    NDArray step = scope.create(march.step()); // (n)
    NDList out =
        kernel.call(
            scope,
            "march",
            List.of(
                Argument.of(scope.create(floats(march.rays().origins()), new Shape(n, 3))),
                Argument.of(scope.create(floats(march.rays().directions()), new Shape(n, 3))),
                Argument.of(scope.create(march.near())),
                Argument.of(step),
                Argument.of(scope.create(march.offset())),
                Argument.of(scope.create(march.counts())),
                Argument.of(march.samples()),
                Argument.of(corners(scope))));
    return new Rendering.UploadedMarch(
        out.get(0), out.get(1), out.get(2), out.get(3), step, march.samples());
  }

  private NDArray corners(NDManager scope) {
    float[] values = new float[6];
    for (int axis = 0; axis < 3; axis++) {
      values[axis] = (float) layout.box().low(axis);
      values[3 + axis] = (float) layout.box().high(axis);
    }
    return scope.create(values, new Shape(2, 3));
  }

  private static NDArray textureCoordinates(NDManager scope, Rays rays) {
    return scope.create(floats(rays.textureCoordinates()), new Shape(rays.count(), 2));
  }

  private static List<Argument> march(Rendering.UploadedMarch march) {
    List<Argument> arguments =
        new ArrayList<>(
            tensors(march.points(), march.distance(), march.ray(), march.cell(), march.step()));
    arguments.add(Argument.of(march.samples()));
    return arguments;
  }

  private List<Argument> constants() {
    return List.of(
        Argument.of(layout.shift()),
        Argument.of(layout.scale()),
        Argument.of(layout.colourThreshold()),
        Argument.of(layout.emptyDepth()),
        Argument.of(layout.padding().code()),
        Argument.of(layout.activation().code()),
        Argument.of(lookup == Lookup.TOGETHER));
  }

  private static List<Argument> tensors(NDArray... arrays) {
    List<Argument> arguments = new ArrayList<>(arrays.length);
    for (NDArray array : arrays) {
      arguments.add(Argument.of(array));
    }
    return arguments;
  }

  private static float[] floats(double[] values) {
    float[] narrowed = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      narrowed[i] = (float) values[i];
    }
    return narrowed;
  }
}
