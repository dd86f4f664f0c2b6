package dev.voxelmill.actors.nemesis;

/** The rows of the verdict. */
public enum FaultKind {
  WORKER_KILLED("worker killed with -9"),
  WORKERS_KILLED("all workers killed with -9 at once"),
  WORKER_STOPPED("worker told to end with SIGTERM"),
  WORKER_FROZEN("worker stopped with SIGSTOP beyond its lease, then let go on"),
  WORKER_JOINED("worker added"),
  WORKER_LEFT("worker removed"),
  SUPERVISOR_KILLED("supervisor killed with -9"),
  SUPERVISORS_KILLED("all supervisors killed with -9 at once"),
  SUPERVISOR_STOPPED("supervisor told to end with SIGTERM"),
  SUPERVISOR_FROZEN("supervisor stopped with SIGSTOP, then let go on"),
  BROKER_KILLED("broker killed with -9"),
  BROKER_STOPPED("broker told to end with SIGTERM"),
  BROKER_FROZEN("broker stopped with SIGSTOP, then let go on"),
  DUPLICATES("one request sent many times over all partitions"),
  POISON("request that is garbage, hostile or damaged"),
  CANCEL("cancel at a random moment"),
  PAUSE("pause at a random moment, resumed later"),
  REPRIORITISE("change of priority at a random moment"),
  BURST("burst of jobs at once"),
  NAN("task whose values are not finite"),
  OOM("task that exhausts the device's memory"),
  DEVICE_ERROR("task on which the device fails again and again"),
  HANG("step that never returns"),
  CRASH("worker that dies by itself in mid-task");

  private final String words;

  FaultKind(String words) {
    this.words = words;
  }

  /** What happens, as people read it. */
  public String words() {
    return words;
  }
}
