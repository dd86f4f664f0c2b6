/**
 * The commands that need libtorch at hand: {@code doctor}, {@code train}, {@code eval} and {@code
 * bench}. Every other command lives in the control plane and starts without loading it.
 */
package dev.voxelmill.gpu.cli;
