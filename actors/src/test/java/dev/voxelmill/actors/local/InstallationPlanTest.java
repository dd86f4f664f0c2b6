package dev.voxelmill.actors.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InstallationPlanTest {
  @Test
  void everyMemberKnowsTheBrokerAndTheFirstThreeSupervisors() {
    InstallationPlan plan = plan(List.of(5001, 5002, 5003, 5004), 2);

    List<String> worker = plan.workerSpecs().get(1).commandLine("./voxelmill");

    assertEquals(
        List.of(
            "./voxelmill",
            "worker",
            "--bootstrap",
            "127.0.0.1:29092",
            "--profile",
            "fast",
            "--host",
            "127.0.0.1",
            "--cluster-port",
            "0",
            "--seed-node",
            "127.0.0.1:5001",
            "--seed-node",
            "127.0.0.1:5002",
            "--seed-node",
            "127.0.0.1:5003",
            "--stop-on-stdin-close"),
        worker);
    assertEquals(
        List.of("supervisor-1", "supervisor-2", "supervisor-3", "supervisor-4"), names(plan));
  }

  @Test
  void settingsAreGivenToEveryMemberAndFollowThoseOfTheEnvironment() {
    InstallationPlan plan = plan(List.of(5001), 1).with(Map.of("worker.step-deadline", "30s"));

    for (ChildSpec member : List.of(plan.supervisors().getFirst(), plan.worker(2))) {
      assertEquals("-Xint -Dworker.step-deadline=30s", member.jvmOptions("-Xint"));
    }
    assertEquals(Map.of(), plan.broker().settings());
  }

  @Test
  void fewerThanNoWorkersAreRefused() {
    IllegalArgumentException thrown =
        assertThrows(IllegalArgumentException.class, () -> plan(List.of(5001), -1));

    assertTrue(thrown.getMessage().startsWith("workers: -1 (expected:"), thrown.getMessage());
  }

  @Test
  void freePortsAreDistinctAndCanBeBound() throws Exception {
    List<Integer> ports = Ports.free(4);

    assertEquals(4, ports.stream().distinct().count());
    assertTrue(ports.stream().allMatch(Ports::isFree));
  }

  private static List<String> names(InstallationPlan plan) {
    return plan.supervisors().stream().map(ChildSpec::name).toList();
  }

  private static InstallationPlan plan(List<Integer> ports, int workers) {
    return new InstallationPlan(
        Path.of("./voxelmill"), Path.of("/srv"), 29092, ports, workers, "fast", false);
  }
}
