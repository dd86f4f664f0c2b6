package dev.voxelmill.gpu.eval;

import dev.voxelmill.gpu.raster.ContactSheet;
import dev.voxelmill.gpu.raster.ContactSheet.Panel;
import dev.voxelmill.gpu.raster.Picture;
import dev.voxelmill.gpu.raster.Png;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** A row of pictures for each toy: input, two imagined views and their truth, mesh and truth. */
final class EvaluationSheet {
  private static final int CELL_PX = 128;
  private static final int[] VIEWS = {1, 5};
  private static final int[] POSES = {0, 4, 8};

  private EvaluationSheet() {}

  static byte[] png(List<EvaluationRow> rows) {
    List<Panel> panels = new ArrayList<>();
    for (EvaluationRow row : rows) {
      panels.add(panel(caption(row), input(row.toy())));
      for (int view : VIEWS) {
        panels.add(panel("view", row.views().map(v -> v.pictures().get(view)).orElse(blank())));
        panels.add(panel("truth", row.views().map(v -> v.truths().get(view)).orElse(blank())));
      }
      for (int pose : POSES) {
        panels.add(
            panel(
                "mesh",
                row.asset(Variant.DISTILLATION)
                    .map(asset -> row.truth().picture(asset, pose))
                    .orElse(blank())));
        panels.add(panel("truth", row.truth().picture(pose)));
      }
    }
    return Png.encode(ContactSheet.of(panels, 1 + 2 * VIEWS.length + 2 * POSES.length));
  }

  private static String caption(EvaluationRow row) {
    return row.toy().object().family().name().toLowerCase(Locale.ROOT)
        + " "
        + row.toy().object().seed();
  }

  private static Picture input(HeldOutToy toy) {
    int n = HeldOutToy.PICTURE_PX;
    float[] planes = toy.planes();
    return Picture.ofPlanes(n, n, Arrays.copyOf(planes, 3 * n * n));
  }

  private static Picture blank() {
    return Picture.white(1, 1);
  }

  private static Panel panel(String caption, Picture picture) {
    return new Panel(caption, picture.enlarged(CELL_PX / picture.width()));
  }
}
