package dev.voxelmill.protocols.plan;

import static dev.voxelmill.protocols.plan.ParameterSpec.choice;
import static dev.voxelmill.protocols.plan.ParameterSpec.real;
import static dev.voxelmill.protocols.plan.ParameterSpec.whole;

import dev.voxelmill.protocols.model.RegisteredModel;
import java.util.List;

/** Zero123++: one picture in, six views from fixed places on one canvas out. */
final class Zero123Plus {
  static final Method METHOD =
      new Method(
          "zero123plus",
          "Six views of one picture's object on one canvas, by Zero123++.",
          SharedParameters.and(List.of(canvas())),
          parameters -> new Plan(toViews()));

  private Zero123Plus() {}

  /** What makes the canvas. */
  static List<ParameterSpec> canvas() {
    return List.of(
        SharedParameters.model(RegisteredModel.Kind.ZERO123PLUS, "zero123plus-v1.2"),
        choice(
            "canvas.cameras",
            "Where the model was trained to look from; v1.1 for zero123plus-v1.1.",
            "v1.2",
            "v1.1"),
        new ParameterSpec(
            "canvas.viewPx",
            new ParameterRange.Choice(
                List.of("32", "64", "96", "128", "160", "192", "224", "256", "320", "384", "512")),
            "320",
            "Pixels along an edge of each view; the model was trained with 320."),
        new ParameterSpec(
            Method.CONTROL_MODEL,
            new ParameterRange.ModelName(RegisteredModel.Kind.CONTROL_NET),
            "controlnet-zp11-depth-v1",
            "The ControlNet that looks at the request's depth, if it has one, by its name in"
                + " conf/models.conf."),
        real("control.scale", 0, 2, 0.75, "Weight of what the ControlNet adds."),
        whole("denoise.steps", 1, 1000, 28, "Sampler steps; 75 to 100 for faces and fine detail."),
        real("denoise.guidance", 1, 100, 4, "Guidance scale s of u + s(c - u); 1 needs half."));
  }

  /** The tasks up to the files of the views. */
  static List<TaskSpec> toViews() {
    return List.of(
        new TaskSpec("condition", TaskKind.ENCODE, List.of()),
        new TaskSpec("denoise", TaskKind.DENOISE, List.of("condition")),
        new TaskSpec("tile", TaskKind.TILE, List.of("denoise")),
        new TaskSpec("views", TaskKind.TILE, List.of("tile")));
  }
}
