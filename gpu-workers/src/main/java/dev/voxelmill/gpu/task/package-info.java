/**
 * What a worker computes: one executor for each kind of task, all of them sequences of steps with
 * explicit state behind one contract. An executor knows nothing of actors or Kafka; it takes bytes
 * and leaves bytes, which is why the same code runs in a worker, in an evaluation and in a test.
 */
package dev.voxelmill.gpu.task;
