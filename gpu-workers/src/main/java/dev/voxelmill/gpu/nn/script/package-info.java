/**
 * Prints networks as TorchScript. A {@link dev.voxelmill.gpu.nn.script.ScriptClass} is written
 * method by method, for the most part calls of named layers in the order in which a reader finds
 * them in the paper; the layers themselves are text in {@link
 * dev.voxelmill.gpu.nn.script.ScriptLibrary libraries}, of which only what is called is printed.
 * While it prints, the printer notes the name and shape of every parameter, against which a
 * checkpoint is checked before it is loaded.
 */
package dev.voxelmill.gpu.nn.script;
