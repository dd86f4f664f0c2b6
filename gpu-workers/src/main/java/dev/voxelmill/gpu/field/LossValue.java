package dev.voxelmill.gpu.field;

import ai.djl.ndarray.NDArray;

/**
 * The value of a loss and its gradient.
 *
 * @param value () float32
 * @param gradient float32, of the shape of what the loss depends on
 */
public record LossValue(NDArray value, NDArray gradient) {}
