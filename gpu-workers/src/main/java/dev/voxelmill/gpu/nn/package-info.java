/**
 * Networks as TorchScript text with their weights' names and shapes. The default prior is one
 * readable resource whose sizes come from a {@link dev.voxelmill.gpu.nn.PriorConfig}; the same text
 * serves training and inference.
 */
package dev.voxelmill.gpu.nn;
