package dev.voxelmill.actors.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.voxelmill.actors.config.SupervisorConfig;
import dev.voxelmill.storage.broker.EmbeddedBroker;
import dev.voxelmill.storage.log.LogConfig;
import dev.voxelmill.storage.topics.Installation;
import dev.voxelmill.storage.topics.TopicSetup;
import dev.voxelmill.storage.topics.TopicsConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnerStartBenchTest {
  @Test
  void ownersComeBackAsOftenAsAskedWithEveryJob(@TempDir Path directory) throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory)) {
      Installation installation =
          new TopicSetup(broker.bootstrap(), TopicsConfig.load(), Duration.ofMinutes(2)).run();

      List<Double> ms =
          new OwnerStartBench(installation, LogConfig.load(), SupervisorConfig.load().owner())
              .measure(300, 2);

      assertEquals(2, ms.size());
      assertTrue(ms.stream().allMatch(one -> one > 0), ms::toString);
    }
  }
}
