/**
 * Model folders as diffusers and transformers write them: {@code config.json} read under strict
 * rules, weights in one safetensors file or in shards with an index, and the {@link
 * dev.voxelmill.gpu.nn.folder.Network} that a printed text and such weights make together. What is
 * wrong with a folder is said before anything is computed, as one {@link
 * dev.voxelmill.gpu.nn.folder.ModelFolderException}.
 */
package dev.voxelmill.gpu.nn.folder;
