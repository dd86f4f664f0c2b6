package dev.voxelmill.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Many processes come and go while there is work; minutes each. */
@Tag("faults")
@ExtendWith(FaultExtension.class)
class ChurnTest {
  private static final long SEED = 17;
  private static final int ROUNDS = 6;

  @Test
  @Fault(
      id = "F06",
      what =
          "rolling restart of every supervisor and worker under load, oldest first, then reverse",
      also = "every process ends with exit code 0")
  void everyNodeMayBeRestartedInTurnUnderLoad(FaultCluster cluster, Outcome outcome)
      throws Exception {
    String[] jobs = submitLoad(cluster, "f06", 8);

    for (boolean reverse : new boolean[] {false, true}) {
      List<Part> order = new ArrayList<>(cluster.supervisors());
      order.addAll(cluster.workers());
      for (Part part : reverse ? order.reversed() : order) {
        assertEquals(0, part.terminate(Eventually.LIMIT), part.lastWords());
        cluster.heal();
      }
      outcome.fired(order.size() + " processes restarted");
    }

    cluster.jobs().awaitSuccess(jobs);
  }

  @Test
  @Fault(
      id = "F17",
      what = "workers that join, are killed, stopped or told to leave at random, seed " + SEED,
      also = "no task is given up")
  void workersMayComeAndGoAtRandom(FaultCluster cluster, Outcome outcome) throws Exception {
    Random random = new Random(SEED);
    String[] jobs = submitLoad(cluster, "f17", 6);

    for (int round = 0; round < ROUNDS; round++) {
      List<Part> alive = cluster.workers().stream().filter(Part::isAlive).toList();
      Part victim = alive.get(random.nextInt(alive.size()));
      switch (random.nextInt(3)) {
        case 0 -> victim.kill();
        case 1 -> victim.terminate(Eventually.LIMIT);
        default -> {
          victim.freeze();
          cluster.awaitForgotten(victim);
        }
      }
      cluster.heal();
    }
    outcome.fired(ROUNDS + " changes of membership");

    cluster.jobs().awaitSuccess(jobs);
  }

  private static String[] submitLoad(FaultCluster cluster, String prefix, int jobs)
      throws Exception {
    String[] ids = new String[jobs];
    for (int i = 0; i < jobs; i++) {
      ids[i] = prefix + "-" + i;
      cluster.submit(Jobs.synthetic(ids[i], 300, 100));
    }
    cluster.jobs().awaitStep(ids[0], "synthetic", 1);
    return ids;
  }
}
