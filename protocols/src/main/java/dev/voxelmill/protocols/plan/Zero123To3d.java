package dev.voxelmill.protocols.plan;

import static dev.voxelmill.protocols.plan.ParameterSpec.flag;
import static dev.voxelmill.protocols.plan.ParameterSpec.real;
import static dev.voxelmill.protocols.plan.ParameterSpec.whole;

import dev.voxelmill.protocols.model.RegisteredModel;
import java.util.List;

/**
 * Zero-1-to-3's own reconstruction (3drec): score distillation of a latent voxel field. The
 * defaults are those of its README.
 */
final class Zero123To3d {
  static final Method METHOD =
      new Method(
          "zero123-3d",
          "One picture's object by score distillation with Zero-1-to-3 as prior.",
          SharedParameters.and(
              SharedParameters.model(RegisteredModel.Kind.ZERO123, Zero123.DEFAULT_MODEL),
              Zero123.frame(),
              whole("distill.steps", 1, 100_000, 10_000, "Steps of score distillation."),
              real("distill.learningRate", 1e-5, 1, 0.05, "Learning rate of Adamax."),
              real("distill.guidance", 0, 200, 100, "Guidance scale s of u + s(c - u)."),
              whole("distill.batch", 1, 16, 1, "Views rendered and scored per step."),
              whole("distill.tMin", 0, 999, 10, "Lowest noise level, in ticks of 1000."),
              whole("distill.tMax", 1, 999, 969, "Highest noise level, in ticks of 1000."),
              real(
                  "distill.inputWeight",
                  0,
                  1e6,
                  1e4,
                  "Weight of the squared error against the input picture, through the decoder."),
              real(
                  "distill.nearViewWeight",
                  0,
                  1e6,
                  1e4,
                  "Weight of the agreement between neighbouring views."),
              real(
                  "distill.depthSmoothWeight",
                  0,
                  1e6,
                  1e4,
                  "Weight of the smoothness of the depth."),
              real(
                  "distill.emptinessWeight",
                  0,
                  1e6,
                  0,
                  "Weight of the emptiness loss; raise it against floaters."),
              flag(
                  "distill.varianceReduction",
                  true,
                  "Subtract the drawn noise from the score, which keeps its mean."),
              whole("grid.size", 16, 128, 100, "Voxels along an edge of the field."),
              real(
                  "mesh.threshold",
                  0.01,
                  1000,
                  8,
                  "Density at which the surface lies, over the mean density of the field."),
              whole(
                  "mesh.faces",
                  100,
                  1_000_000,
                  20_000,
                  "Triangles at most; a mesh that has fewer keeps them.")),
          parameters ->
              new Plan(
                  List.of(
                      new TaskSpec("encode", TaskKind.ENCODE, List.of()),
                      new TaskSpec("distill", TaskKind.DISTILL, List.of("encode")),
                      new TaskSpec("mesh", TaskKind.MESH, List.of("encode", "distill")))));

  private Zero123To3d() {}
}
