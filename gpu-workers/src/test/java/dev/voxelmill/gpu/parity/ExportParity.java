package dev.voxelmill.gpu.parity;

import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.field.ColourActivation;
import dev.voxelmill.gpu.field.DensityExport;
import dev.voxelmill.gpu.field.FieldLayout;

/** The density that is given to marching cubes, its threshold, and where vertices end up. */
final class ExportParity implements CaseKind {

  @Override
  public Answers answer(NDManager scope, Recording recording) {
    DensityExport.Recipe recipe =
        new DensityExport.Recipe(
            recording.whole("reso_mult"),
            recording.whole("kernel"),
            recording.whole("erosion"),
            recording.real("threshold_mult"));
    FieldLayout layout = RenderParity.layout(recording, 1, 4, ColourActivation.IDENTITY, 0);
    Answers answers = new Answers();
    try (DensityExport export = new DensityExport(scope)) {
      DensityExport.Exported exported =
          export.export(
              scope,
              recording.tensor(scope, "density"),
              recording.tensor(scope, "d_scale"),
              layout.shift(),
              recipe);
      answers.put("sigma_field", exported.density()).put("threshold", exported.threshold());
    }
    int vertices = recording.input("verts_in").shape().getFirst();
    double[] placed = new double[3 * vertices];
    for (int vertex = 0; vertex < vertices; vertex++) {
      double[] index = recording.part("verts_in", vertex);
      double[] model = DensityExport.modelVertex(index, layout, recipe.multiple());
      System.arraycopy(model, 0, placed, 3 * vertex, 3);
    }
    return answers.put("verts_out", placed);
  }
}
