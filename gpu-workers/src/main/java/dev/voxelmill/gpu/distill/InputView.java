package dev.voxelmill.gpu.distill;

import ai.djl.ndarray.NDArray;
import dev.voxelmill.gpu.field.View;

/**
 * The one view of the object that is known.
 *
 * @param view from where it was taken
 * @param picture (1, C, H, W) float32, what the decoder should show
 * @param decoder from a rendering to such a picture
 */
public record InputView(View view, NDArray picture, PictureDecoder decoder) {}
