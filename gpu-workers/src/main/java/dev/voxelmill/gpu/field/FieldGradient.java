package dev.voxelmill.gpu.field;

import ai.djl.ndarray.NDArray;

/**
 * The gradient of a scalar with respect to a field, as one backward pass leaves it.
 *
 * @param grid (1, 1 + C, Z, Y, X) float32
 * @param logGain () float32
 * @param background (C, n) float32, with respect to the background colour of each ray
 */
public record FieldGradient(NDArray grid, NDArray logGain, NDArray background) {}
