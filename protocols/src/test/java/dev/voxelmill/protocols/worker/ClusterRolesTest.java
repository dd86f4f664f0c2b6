package dev.voxelmill.protocols.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ClusterRolesTest {
  @Test
  void aWorkersNodeNamesItsWorkerAmongItsRoles() {
    WorkerId worker = new WorkerId("worker-17-abc");

    assertEquals(
        Optional.of(worker),
        ClusterRoles.worker(List.of("dc-default", ClusterRoles.GPU, ClusterRoles.naming(worker))));
    assertEquals(
        Optional.empty(), ClusterRoles.worker(List.of("dc-default", ClusterRoles.SUPERVISOR)));
  }
}
