package dev.voxelmill.gpu.distill;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/** From what is rendered to what the input picture shows: an autoencoder's decoder, or nothing. */
public interface PictureDecoder {
  /** The rendered picture is the shown one. */
  PictureDecoder NONE =
      new PictureDecoder() {
        @Override
        public NDArray decode(NDManager scope, NDArray picture) {
          return picture;
        }

        @Override
        public NDArray pullBack(NDManager scope, NDArray picture, NDArray gradient) {
          return gradient;
        }
      };

  /** Decodes a rendered picture (1, C, H, W). */
  NDArray decode(NDManager scope, NDArray picture);

  /** The gradient with respect to the rendered picture, from that of the decoded one. */
  NDArray pullBack(NDManager scope, NDArray picture, NDArray gradient);
}
