package dev.voxelmill.gpu.raster;

import java.util.List;

/** Pictures side by side on white, each with a caption below it. */
public final class ContactSheet {
  private static final int GAP_PX = 6;

  private ContactSheet() {}

  /** A picture and what stands below it; an empty caption leaves the line blank. */
  public record Panel(String caption, Picture picture) {}

  /** Lays panels out row by row; cells are as large as the largest picture. */
  public static Picture of(List<Panel> panels, int columns) {
    if (panels.isEmpty() || columns < 1) {
      throw new IllegalArgumentException(
          "sheet: "
              + panels.size()
              + " panels in "
              + columns
              + " columns (expected: >= 1 of both)");
    }
    int cellWidth = panels.stream().mapToInt(panel -> panel.picture().width()).max().orElseThrow();
    int cellHeight =
        panels.stream().mapToInt(panel -> panel.picture().height()).max().orElseThrow();
    int stepX = cellWidth + GAP_PX;
    int stepY = cellHeight + GAP_PX + BitmapFont.HEIGHT_PX + GAP_PX;
    int rows = (panels.size() + columns - 1) / columns;
    Picture sheet = Picture.white(GAP_PX + columns * stepX, GAP_PX + rows * stepY);
    for (int i = 0; i < panels.size(); i++) {
      Panel panel = panels.get(i);
      int left = GAP_PX + i % columns * stepX;
      int top = GAP_PX + i / columns * stepY;
      sheet.paste(panel.picture(), left, top);
      BitmapFont.write(sheet, panel.caption(), left, top + cellHeight + GAP_PX, cellWidth);
    }
    return sheet;
  }
}
