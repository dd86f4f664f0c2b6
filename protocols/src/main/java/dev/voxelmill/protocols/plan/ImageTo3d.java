package dev.voxelmill.protocols.plan;

import static dev.voxelmill.protocols.plan.ParameterSpec.choice;
import static dev.voxelmill.protocols.plan.ParameterSpec.flag;
import static dev.voxelmill.protocols.plan.ParameterSpec.real;
import static dev.voxelmill.protocols.plan.ParameterSpec.whole;

import java.util.ArrayList;
import java.util.List;

/** One picture in, one mesh out; the defaults suit the shipped 32-pixel prior. */
final class ImageTo3d {
  static final Method METHOD =
      new Method(
          "image-to-3d",
          "Views imagined from one picture, lifted into voxels and refined by score distillation.",
          SharedParameters.and(List.of(views(), fromViews())),
          ImageTo3d::plan);

  private ImageTo3d() {}

  /** How the views are imagined. */
  private static List<ParameterSpec> views() {
    return List.of(
        flag(
            "project",
            true,
            "Start distillation from the lifted views; false starts it from a soft ball."),
        choice(
            "denoise.mode",
            "The posterior mean of each view in one step, or a sample in denoise.steps.",
            "mean",
            "sample"),
        whole("denoise.steps", 1, 1000, 20, "Sampler steps; used when mode is sample."),
        real(
            "denoise.guidance",
            0,
            20,
            1,
            "Guidance scale s of u + s(c - u); 1 is the conditional model alone."),
        new ParameterSpec(
            "denoise.views",
            new ParameterRange.Choice(List.of("6", "12")),
            "12",
            "How many views to imagine; 6 is one 3x2 canvas, 12 are two."));
  }

  /** How views become a mesh, whoever has made them. */
  static List<ParameterSpec> fromViews() {
    return List.of(
        whole(
            "project.fitSteps",
            0,
            1000,
            80,
            "Optimiser steps that fit the field to the views after they were lifted."),
        real(
            "project.learningRate",
            1e-5,
            1,
            0.08,
            "Learning rate of the fit at its first step; it falls to a fifth."),
        real("project.tvWeight", 0, 1e6, 0.02, "Weight of the grid's total variation in the fit."),
        whole("distill.steps", 0, 20_000, 200, "Steps of score distillation; 0 skips it."),
        real(
            "distill.learningRate",
            1e-5,
            1,
            0.03,
            "Learning rate at the first step; it decays over the run."),
        real(
            "distill.guidance",
            0,
            200,
            1,
            "Guidance scale of the score; the shipped prior wants 1, large models 3 to 100."),
        whole("distill.batch", 1, 16, 2, "Views rendered and scored per step."),
        whole("distill.tMin", 0, 999, 100, "Lowest noise level, in ticks of 1000."),
        whole("distill.tMax", 1, 999, 700, "Highest noise level, in ticks of 1000."),
        real(
            "distill.inputWeight",
            0,
            1e6,
            10,
            "Weight of the squared error against the input picture."),
        real("distill.tvWeight", 0, 1e6, 0.02, "Weight of the grid's total variation."),
        real(
            "distill.emptinessWeight",
            0,
            1e6,
            0,
            "Weight of the emptiness loss; raise it against floaters."),
        real(
            "distill.centreDepthWeight",
            0,
            1e6,
            0,
            "Weight of the centre-depth loss; raise it when the object drifts."),
        real(
            "distill.nearViewWeight",
            0,
            1e6,
            0,
            "Weight of the agreement between neighbouring views."),
        real("distill.depthSmoothWeight", 0, 1e6, 0, "Weight of the smoothness of the depth."),
        flag(
            "distill.varianceReduction",
            true,
            "Subtract the drawn noise from the score, which keeps its mean."),
        choice(
            "distill.sigma",
            "Noise levels drawn at random, or annealed from high to low.",
            "random",
            "annealed"),
        choice("distill.optimizer", "The optimiser of the field.", "adam", "adamax"),
        whole("grid.size", 16, 128, 32, "Voxels along an edge of the field."),
        real(
            "mesh.level",
            0.01,
            0.99,
            0.25,
            "Opacity of a voxel at which the surface lies; enclosed hollows are filled first."),
        whole(
            "mesh.faces",
            100,
            1_000_000,
            20_000,
            "Triangles at most; a mesh that has fewer keeps them."));
  }

  private static Plan plan(Parameters parameters) {
    boolean project = parameters.flag("project");
    List<TaskSpec> tasks = new ArrayList<>();
    tasks.add(new TaskSpec("encode", TaskKind.ENCODE, List.of()));
    tasks.add(new TaskSpec("denoise", TaskKind.DENOISE, List.of("encode")));
    tasks.add(new TaskSpec("tile", TaskKind.TILE, List.of("denoise")));
    if (project) {
      tasks.add(new TaskSpec("project", TaskKind.PROJECT, List.of("encode", "tile")));
    }
    // Without projection the views are imagined all the same: the asset shows them.
    tasks.add(
        new TaskSpec(
            "distill",
            TaskKind.DISTILL,
            project ? List.of("encode", "project") : List.of("encode")));
    tasks.add(new TaskSpec("mesh", TaskKind.MESH, List.of("encode", "tile", "distill")));
    return new Plan(tasks);
  }
}
