package dev.voxelmill.protocols.plan;

import static dev.voxelmill.protocols.plan.ParameterSpec.choice;
import static dev.voxelmill.protocols.plan.ParameterSpec.real;
import static dev.voxelmill.protocols.plan.ParameterSpec.whole;

import dev.voxelmill.protocols.model.RegisteredModel;
import java.util.List;

/** Zero-1-to-3: one picture in, views of its object from named places out. */
final class Zero123 {
  static final String DEFAULT_MODEL = "zero123-xl";

  static final Method METHOD =
      new Method(
          "zero123",
          "Views of one picture's object from named places, by Zero-1-to-3.",
          SharedParameters.and(
              SharedParameters.model(RegisteredModel.Kind.ZERO123, DEFAULT_MODEL),
              frame(),
              new ParameterSpec(
                  "poses",
                  new ParameterRange.Offsets(),
                  "0.0/60.0/0.0,0.0/120.0/0.0,0.0/180.0/0.0,0.0/-120.0/0.0,0.0/-60.0/0.0",
                  "Where to look from: degrees down, degrees right, growth of the radius, of each"
                      + " view."),
              whole("denoise.steps", 2, 1000, 50, "Sampler steps of each view."),
              real("denoise.guidance", 0, 20, 3, "Guidance scale s of u + s(c - u); 1 needs half."),
              real("denoise.eta", 0, 1, 1, "Share of fresh noise in a DDIM step."),
              choice(
                  "denoise.sampler",
                  "The sampler that the model's folder names, or DDIM as the authors' program counts.",
                  "folder",
                  "original"),
              whole("denoise.batch", 1, 16, 4, "Views per call of the network; more need memory.")),
          parameters ->
              new Plan(
                  List.of(
                      new TaskSpec("encode", TaskKind.ENCODE, List.of()),
                      new TaskSpec("denoise", TaskKind.DENOISE, List.of("encode")),
                      new TaskSpec("tile", TaskKind.TILE, List.of("encode", "denoise")))));

  private Zero123() {}

  /** How the picture becomes the square that the model is shown. */
  static ParameterSpec frame() {
    return choice(
        "encode.frame",
        "Cut to the object, as the model was trained (object), or the picture as its camera took"
            + " it (whole).",
        "object",
        "whole");
  }
}
