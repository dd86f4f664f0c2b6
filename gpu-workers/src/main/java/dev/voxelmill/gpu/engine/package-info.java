/**
 * The one door to libtorch. A {@link dev.voxelmill.gpu.engine.DeviceThread} is the only thread that
 * may pass it; a {@link dev.voxelmill.gpu.engine.Kernel} is TorchScript text compiled and called
 * the same way every time, so that equal inputs give equal bits; {@link
 * dev.voxelmill.gpu.engine.SafeTensors} brings weights and checkpoints in without trusting them.
 * Nothing else in the data plane may call DJL's native surface directly.
 */
package dev.voxelmill.gpu.engine;
