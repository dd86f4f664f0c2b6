package dev.voxelmill.actors.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.voxelmill.protocols.topic.FleetRecord;
import dev.voxelmill.protocols.worker.PlacementMessage;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is published of the fleet. */
class FleetSnapshotTest {
  private final SmallFleet fleet = new SmallFleet();

  @Test
  void theSnapshotIsBoundedAndCountsAll() {
    for (int i = 0; i < 300; i++) {
      fleet.offer("t" + i + "/a", 5, i, 0);
    }
    fleet.offer("t5/b", 5, 0, 0);

    FleetRecord snapshot = fleet.snapshot();

    assertEquals(301, snapshot.queued());
    assertEquals(FleetRecord.SHOWN_QUEUE, snapshot.queue().size());
    assertEquals(300, snapshot.tenantCount());
    assertEquals(FleetRecord.SHOWN_TENANTS, snapshot.tenants().size());
    assertEquals(
        List.of(new FleetRecord.Waiting(5, 2, SmallFleet.NOON.minusSeconds(5))),
        snapshot.tenants().stream()
            .filter(tenant -> tenant.name().equals("t5"))
            .flatMap(tenant -> tenant.waiting().stream())
            .toList());
  }

  @Test
  void aContestedPartitionIsShownForAMinuteAfterItsLastFencing() {
    fleet.hear(new PlacementMessage.Contested(3, 3));
    fleet.later(Duration.ofSeconds(40));
    fleet.hear(new PlacementMessage.Contested(3, 5));

    fleet.later(Duration.ofSeconds(59));
    assertEquals(List.of(new FleetRecord.Contested(3, 5)), fleet.snapshot().contested());

    fleet.later(Duration.ofSeconds(1));
    assertEquals(List.of(), fleet.snapshot().contested());
  }
}
