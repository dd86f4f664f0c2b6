package dev.voxelmill.faults;

import dev.voxelmill.protocols.job.JobId;
import java.util.List;
import java.util.Set;

/**
 * Which supervisors own what, as their processes and the broker tell: a supervisor with a partition
 * open has a thread that reads its intake, and those that share the requests are one group.
 */
final class Owners {
  private final Layout layout;
  private final List<Part> supervisors;

  /**
   * Asks a cluster's supervisors.
   *
   * @param supervisors a view of those that are there now
   */
  Owners(Layout layout, List<Part> supervisors) {
    this.layout = layout;
    this.supervisors = supervisors;
  }

  /** The supervisor that owns a job's home partition now: it consumes its intake. */
  Part of(String id) {
    return Eventually.present(
        id + " is owned",
        () -> supervisors.stream().filter(supervisor -> owns(supervisor, id)).findFirst());
  }

  /** Waits until a supervisor other than the former one owns a job's home partition. */
  void awaitOtherThan(Part former, String id) {
    Eventually.holds(
        "a supervisor other than " + former.pid() + " owns " + id,
        () -> supervisors.stream().anyMatch(other -> other != former && owns(other, id)));
  }

  /** Whether the process holds a job's home partition open, rightly or not. */
  boolean owns(Part supervisor, String id) {
    int home = layout.installation().home(new JobId(JobId.DEFAULT_TENANT, id));
    return supervisor.threads().contains("intake-" + home);
  }

  /** Addresses of the supervisors that share the requests now, by the broker's own list. */
  Set<String> intakeHosts() {
    return new ConsumerGroups(layout).intakeHosts();
  }
}
