package dev.voxelmill.storage.log;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.voxelmill.storage.broker.EmbeddedBroker;
import dev.voxelmill.storage.topics.Installation;
import dev.voxelmill.storage.topics.TopicSetup;
import dev.voxelmill.storage.topics.TopicsConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogProbeTest {
  private static final Duration LIMIT = Duration.ofMinutes(2);

  @Test
  void brokersThatAreThereAnswerAndBrokersThatAreGoneDoNot(@TempDir Path directory)
      throws Exception {
    Installation installation;
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory)) {
      installation = new TopicSetup(broker.bootstrap(), TopicsConfig.load(), LIMIT).run();
      try (LogProbe probe = new LogProbe(installation, LIMIT)) {
        assertDoesNotThrow(() -> answer(probe));
      }
    }
    try (LogProbe probe = new LogProbe(installation, Duration.ofMillis(300))) {
      ExecutionException failed = assertThrows(ExecutionException.class, () -> answer(probe));
      assertInstanceOf(TimeoutException.class, failed.getCause());
    }
  }

  private static Object answer(LogProbe probe) throws Exception {
    return probe.ask().toCompletableFuture().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
  }
}
