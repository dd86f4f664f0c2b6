package dev.voxelmill.protocols.lifecycle;

import dev.voxelmill.protocols.worker.TaskRef;
import dev.voxelmill.protocols.worker.WorkerId;

/**
 * An attempt that a worker holds.
 *
 * @param attempt from 1
 */
public record LiveAttempt(TaskRef task, int attempt, WorkerId worker) {}
