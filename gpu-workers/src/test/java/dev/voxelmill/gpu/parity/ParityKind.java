package dev.voxelmill.gpu.parity;

import ai.djl.ndarray.NDManager;

/** How this system answers the cases of one kind. */
interface ParityKind {
  /** Answers every recorded tensor of the case. */
  Answers answer(NDManager scope, Recording recording);
}
