package dev.voxelmill.actors.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.topic.FleetRecord;
import dev.voxelmill.protocols.topic.FleetRecord.WaitReason;
import dev.voxelmill.protocols.worker.TaskRef;
import dev.voxelmill.protocols.worker.WorkerId;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class QueueTableTest {
  private static final Instant AT = Instant.parse("2026-11-21T12:00:00Z");

  @Test
  void itShowsWhoWaitsHowLongAndWhyAndHowManyMore() {
    FleetRecord fleet =
        new FleetRecord(
            1,
            AT,
            List.of(),
            0,
            List.of(
                queued("a", WaitReason.PROPOSED, new WorkerId("w1")),
                queued("b", WaitReason.NO_MEMORY)),
            102,
            List.of(
                new FleetRecord.Tenant(
                    "acme",
                    2,
                    1,
                    41.6,
                    List.of(
                        new FleetRecord.Waiting(9, 2, AT.minusSeconds(3)),
                        new FleetRecord.Waiting(5, 100, AT.minusSeconds(90))))),
            3,
            List.of());

    String text = QueueTable.text(FleetTable.Snapshot.of(fleet, AT.plusSeconds(1)), 20);

    assertEquals(
        """
        TENANT                 WEIGHT  DEVICES  SECONDS   WAITING   OLDEST  BY PRIORITY
        acme                    2.000        1       42       102     90 s  9: 2, 5: 100
        and 2 more tenants

        NEXT                                         PRIORITY      AGE  WHY
        acme/a/distill                                      5     90 s  proposed to w1
        acme/b/distill                                      5     90 s  no worker has enough memory
        and 100 more tasks
        """,
        text);
  }

  @Test
  void aSnapshotThatNobodyRenewsSaysSo() {
    FleetRecord fleet = new FleetRecord(1, AT, List.of(), 0, List.of(), 0, List.of(), 0, List.of());

    String text = QueueTable.text(FleetTable.Snapshot.of(fleet, AT.plusSeconds(7)), 20);

    assertTrue(text.startsWith("stale: nobody has written for 7.0 s"), text);
    assertTrue(text.endsWith("nothing waits" + System.lineSeparator()), text);
  }

  @Test
  void aPartitionThatNodesTakeFromOneAnotherIsAnAlarm() {
    List<FleetRecord.Contested> contested = List.of(new FleetRecord.Contested(3, 4));
    FleetRecord fleet = new FleetRecord(1, AT, List.of(), 0, List.of(), 0, List.of(), 0, contested);
    FleetTable.Snapshot snapshot = FleetTable.Snapshot.of(fleet, AT);

    for (String text : List.of(QueueTable.text(snapshot, 20), FleetTable.text(snapshot))) {
      assertTrue(
          text.startsWith(
              "ALARM: partition 3 is contested, its owner was fenced 4 times within a minute"),
          text);
    }
  }

  private static FleetRecord.Queued queued(String id, WaitReason reason, WorkerId... proposed) {
    return new FleetRecord.Queued(
        new TaskRef(new JobId("acme", id), "distill"),
        5,
        AT.minusSeconds(90),
        reason,
        List.of(proposed));
  }
}
