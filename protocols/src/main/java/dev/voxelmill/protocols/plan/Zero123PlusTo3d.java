package dev.voxelmill.protocols.plan;

import static dev.voxelmill.protocols.plan.ParameterSpec.choice;

import java.util.ArrayList;
import java.util.List;

/**
 * The views of Zero123++, lifted into voxels and refined by score distillation with the prior of
 * the worker.
 */
final class Zero123PlusTo3d {
  static final Method METHOD =
      new Method(
          "zero123plus-3d",
          "One picture's object by the six views of Zero123++, lifted into voxels and refined.",
          SharedParameters.and(
              List.of(Zero123Plus.canvas(), List.of(viewPx()), ImageTo3d.fromViews())),
          parameters -> plan());

  private Zero123PlusTo3d() {}

  private static ParameterSpec viewPx() {
    return choice(
        "project.viewPx",
        "Pixels along an edge of the views that the field is fitted to.",
        "64",
        "32",
        "128");
  }

  private static Plan plan() {
    List<TaskSpec> tasks = new ArrayList<>(Zero123Plus.toViews());
    tasks.add(new TaskSpec("encode", TaskKind.ENCODE, List.of()));
    tasks.add(new TaskSpec("project", TaskKind.PROJECT, List.of("encode", "tile")));
    tasks.add(new TaskSpec("distill", TaskKind.DISTILL, List.of("encode", "project")));
    tasks.add(new TaskSpec("mesh", TaskKind.MESH, List.of("encode", "tile", "distill")));
    return new Plan(tasks);
  }
}
