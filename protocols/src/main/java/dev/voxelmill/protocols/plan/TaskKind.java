package dev.voxelmill.protocols.plan;

/** What a task does; a worker has one executor per kind. */
public enum TaskKind {
  /** Input picture to the prior's input: decode, crop, composite, resize. */
  ENCODE,
  /** Noise to multi-view latents, one sampler step at a time. */
  DENOISE,
  /** Views to one canvas and back. */
  TILE,
  /** Posed views to a voxel field: the warm start of distillation. */
  PROJECT,
  /** Score distillation of a voxel radiance field. */
  DISTILL,
  /** Voxel field to mesh, pictures and files. */
  MESH,
  /** Steps of a set duration over a state of a set size: rehearses load and faults. */
  SYNTHETIC
}
