package dev.voxelmill.gpu.worker;

/** Why a worker process ends by itself, told to its parent by the exit code. */
enum WorkerExit {
  /** The device failed too often in a row; a new process gets a new context. */
  QUARANTINED(12),
  /** A step did not end; the thread in it cannot be ended otherwise. */
  STEP_HUNG(13);

  private final int code;

  WorkerExit(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }
}
