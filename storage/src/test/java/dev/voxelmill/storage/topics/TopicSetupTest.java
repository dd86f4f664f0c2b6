package dev.voxelmill.storage.topics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.typesafe.config.ConfigFactory;
import dev.voxelmill.protocols.config.ConfFile;
import dev.voxelmill.protocols.topic.Topic;
import dev.voxelmill.storage.BrokerExtension;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(BrokerExtension.class)
class TopicSetupTest {
  @Test
  void everyTopicExistsWithItsCleanupPolicyAndLimit(Installation installation) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", installation.bootstrap()))) {
      assertEquals(
          List.of("delete", "12582912", "LogAppendTime"),
          settings(admin, installation.topic(Topic.REQUESTS)));
      assertEquals(
          List.of("compact", "65536", "CreateTime"),
          settings(admin, installation.topic(Topic.JOBS)));
      assertEquals(
          List.of("delete", "13631488", "CreateTime"),
          settings(admin, installation.topic(Topic.DEAD_LETTERS)));
      assertEquals(
          List.of("compact", "2097152", "CreateTime"),
          settings(admin, installation.topic(Topic.CHECKPOINTS)));
    }
  }

  @Test
  void runningItAgainChangesNothing(Installation installation) {
    Installation again = setup(installation, installation.partitions()).run();

    assertEquals(installation, again);
  }

  @Test
  void anotherNumberOfPartitionsIsRefusedNamingBoth(Installation installation) {
    String message =
        assertThrows(TopicMismatchException.class, setup(installation, 5)::run).getMessage();

    assertEquals(
        installation.partitions(),
        Integer.parseInt(message.replaceFirst("partitions of \\S+: (\\d+) .*", "$1")));
    assertEquals("5", message.replaceFirst(".*expected: (\\d+), a number fixed.*", "$1"));
  }

  @Test
  void unreachableBrokersAreNamed() {
    TopicSetup setup = new TopicSetup("127.0.0.1:1", TopicsConfig.load(), Duration.ofMillis(200));

    assertEquals(
        "cannot list topics at 127.0.0.1:1",
        assertThrows(TopicSetupException.class, setup::run).getMessage());
  }

  private static TopicSetup setup(Installation installation, int partitions) {
    var config =
        ConfigFactory.parseString(
                "topics { prefix = "
                    + installation.prefix()
                    + ", partitions = "
                    + partitions
                    + " }")
            .withFallback(ConfFile.read("storage.conf"));
    return new TopicSetup(
        installation.bootstrap(), TopicsConfig.from(config), Duration.ofMinutes(2));
  }

  private static List<String> settings(Admin admin, String topic) throws Exception {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    Config config = admin.describeConfigs(List.of(resource)).all().get().get(resource);
    return List.of(
        config.get("cleanup.policy").value(),
        config.get("max.message.bytes").value(),
        config.get("message.timestamp.type").value());
  }
}
