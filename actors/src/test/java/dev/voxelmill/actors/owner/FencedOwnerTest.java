package dev.voxelmill.actors.owner;

import static dev.voxelmill.actors.owner.OwnerStage.LONG_LEASE;
import static dev.voxelmill.actors.owner.OwnerStage.ONE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.voxelmill.protocols.worker.Assignment;
import dev.voxelmill.protocols.worker.OwnerMessage;
import dev.voxelmill.protocols.worker.PlacementMessage;
import dev.voxelmill.protocols.worker.TaskRef;
import dev.voxelmill.storage.log.OpenOutcome;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Owners whose partition another takes. Each test has its own partition. */
class FencedOwnerTest {
  @TempDir static Path directory;
  private static OwnerStage.Ground ground;

  private final OwnerStage stage = new OwnerStage(ground);

  @BeforeAll
  static void start() throws IOException {
    ground = OwnerStage.Ground.start(directory);
  }

  @AfterAll
  static void stop() {
    ground.close();
  }

  @Test
  void aFencedOwnerForgetsWhatWasNotDurableAndStartsAfresh() throws Exception {
    ActorRef<OwnerMessage> owner = stage.owner(3, LONG_LEASE);
    TaskRef task = stage.accepted(3, "fenced");
    OpenOutcome usurper = stage.usurp(3);

    owner.tell(stage.proposal(task, ONE));
    Assignment granted = stage.grantedToTwo(task, owner);

    assertEquals(1, granted.attempt());
    stage.one().expectNoMessage(Duration.ofMillis(200));
    assertInstanceOf(OpenOutcome.Opened.class, usurper);
    stage.stop(owner);
  }

  @Test
  void anOwnerThatIsStoppedSaysSoAndOneThatStartsAfreshDoesNot() throws Exception {
    ActorRef<OwnerMessage> owner = stage.owner(6, LONG_LEASE);
    stage.usurp(6);
    stage.accepted(6, "after-a-fresh-start");
    List<Integer> before = stage.stopped();

    stage.stop(owner);

    assertEquals(List.of(), before);
    assertEquals(List.of(6), stage.stopped());
  }

  @Test
  void anOwnerThatIsFencedAgainAndAgainRaisesTheAlarm() throws Exception {
    // However long it takes, the fencings are within a minute of the owner's clock.
    ActorRef<OwnerMessage> owner = stage.owner(7, LONG_LEASE, InstantSource.fixed(Instant.now()));

    for (int times = 1; times <= Fencings.ALARMING; times++) {
      TaskRef task = stage.accepted(7, "contested-" + times);
      OpenOutcome usurper = stage.usurp(7);
      assertInstanceOf(OpenOutcome.Opened.class, usurper).log().close();
      owner.tell(stage.proposal(task, ONE));
    }

    stage.await(new PlacementMessage.Contested(7, Fencings.ALARMING));
    stage.stop(owner);
  }
}
