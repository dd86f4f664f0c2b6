package dev.voxelmill.gpu.task;

import java.util.List;

/**
 * A task whose next step can be one call of a network with the next steps of other tasks, each at
 * its own timestep, with its own guidance and noise.
 *
 * <p>The call gives every task what its own step would have given up to rounding: a network adds in
 * another order when it sees more rows. What was computed so is therefore marked, and a device does
 * it only when it is told to.
 */
public interface JointTask extends StepTask {
  /**
   * What the next step must have in common with another's to be one call with it, such as the
   * model. Tasks of equal companies are of one class.
   */
  Object company();

  /**
   * Does the next step of every task, this one among them, all of one {@link #company()}.
   *
   * @return how each went, in their order
   * @throws RuntimeException when the call failed; then no task has changed
   */
  List<StepOutcome> stepJointly(List<JointTask> tasks);
}
