package dev.voxelmill.gpu.raster;

import dev.voxelmill.gpu.mesh.AssetMesh;
import dev.voxelmill.protocols.geometry.OrbitCamera;
import java.util.ArrayList;
import java.util.List;

/** An asset seen from eight sides, the first as the input camera saw it. */
public final class Turntable {
  private static final int SIDES = 8;
  private static final int COLUMNS = 4;
  private static final int SAMPLES_PER_SIDE = 3;

  private Turntable() {}

  /** Draws the sheet; each caption is the azimuth in degrees. */
  public static Picture of(AssetMesh asset, OrbitCamera input, int sizePx) {
    Rasteriser.Options options =
        new Rasteriser.Options(sizePx, sizePx, SAMPLES_PER_SIDE, Rasteriser.Shading.HEADLIGHT);
    List<ContactSheet.Panel> panels = new ArrayList<>();
    for (int side = 0; side < SIDES; side++) {
      int azimuthDeg = 360 / SIDES * side;
      OrbitCamera camera = input.turned(StrictMath.toRadians(azimuthDeg));
      panels.add(
          new ContactSheet.Panel(
              azimuthDeg + " deg", Rasteriser.render(asset, camera, options).picture()));
    }
    return ContactSheet.of(panels, COLUMNS);
  }
}
