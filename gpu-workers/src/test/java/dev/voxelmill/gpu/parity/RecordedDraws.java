package dev.voxelmill.gpu.parity;

import dev.voxelmill.gpu.distill.Draws;
import dev.voxelmill.gpu.field.Intrinsics;
import dev.voxelmill.gpu.field.Pose;
import dev.voxelmill.gpu.field.View;

/** The cameras and noise of a recorded run, in place of drawn ones. */
record RecordedDraws(Recording recording) implements Draws {
  @Override
  public View view(int step, int index) {
    return new View(intrinsics(recording, step), Pose.ofMatrix(recording.part("poses", step)));
  }

  @Override
  public View nearView(int step, View scored) {
    double[] eye = scored.pose().eye();
    double[] offset = recording.part("near_offset", step);
    for (int axis = 0; axis < eye.length; axis++) {
      eye[axis] += offset[axis];
    }
    return new View(scored.intrinsics(), Pose.lookingAtOrigin(eye, recording.source().up));
  }

  @Override
  public double[] sigmas(int step, int count) {
    return recording.part("sigmas", step);
  }

  @Override
  public float[] noise(int step, int count) {
    double[] recorded = recording.part("noise", step);
    float[] noise = new float[recorded.length];
    for (int i = 0; i < noise.length; i++) {
      noise[i] = (float) recorded[i];
    }
    return noise;
  }

  @Override
  public float[] jitter(int step, int view, int rays) {
    return new float[rays];
  }

  /** The recorded camera of a step. */
  static Intrinsics intrinsics(Recording recording, int step) {
    return Intrinsics.ofMatrix(
        recording.whole("W"), recording.whole("H"), recording.part("K", step));
  }
}
