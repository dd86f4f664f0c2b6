/**
 * Posed views lifted into a voxel field. The lift itself is closed-form: a soft visual hull,
 * coloured by the views that see each voxel first; an optional short fit then makes the field
 * reproduce the views. The result is an asset's rough shape within a second and the warm start of
 * distillation.
 */
package dev.voxelmill.gpu.projection;
