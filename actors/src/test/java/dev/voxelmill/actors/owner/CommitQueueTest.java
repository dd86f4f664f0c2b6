package dev.voxelmill.actors.owner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.voxelmill.storage.log.LogBatch;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CommitQueueTest {
  private static final LogBatch SOMETHING = LogBatch.of(List.of(), 7);

  private final CommitQueue queue = new CommitQueue();
  private final List<String> done = new ArrayList<>();

  @Test
  void workThatLeavesNothingBehindIsDoneAtOnce() {
    boolean toCommit = queue.add(LogBatch.NOTHING, () -> done.add("a"));

    assertFalse(toCommit);
    assertEquals(List.of("a"), done);
  }

  @Test
  void workWaitsForItsOwnBatchAndForThoseBefore() {
    assertTrue(queue.add(SOMETHING, () -> done.add("a")));
    assertTrue(queue.add(SOMETHING, () -> done.add("b")));
    assertFalse(queue.add(LogBatch.NOTHING, () -> done.add("c")));
    assertEquals(List.of(), done);

    queue.committed();
    assertEquals(List.of("a"), done);

    queue.committed();
    assertEquals(List.of("a", "b", "c"), done);
  }

  @Test
  void workWaitsForABatchOfNothingTooThatIsCommittedAllTheSame() {
    queue.addNothing();

    queue.add(LogBatch.NOTHING, () -> done.add("a"));
    assertEquals(List.of(), done);

    queue.committed();
    assertEquals(List.of("a"), done);
  }
}
