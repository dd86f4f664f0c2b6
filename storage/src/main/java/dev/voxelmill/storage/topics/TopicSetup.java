package dev.voxelmill.storage.topics;

import static java.util.Objects.requireNonNull;
import static java.util.function.Function.identity;
import static java.util.stream.Collectors.toMap;

import dev.voxelmill.protocols.topic.Topic;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates the topics of an installation and checks those that exist. Running it twice, or in two
 * processes at once, changes nothing; a changed setting in {@code conf/storage.conf} is applied to
 * existing topics, a changed number of partitions is refused, since it would orphan every job.
 */
public final class TopicSetup {
  private static final Logger LOG = LoggerFactory.getLogger(TopicSetup.class);
  private static final Duration ASK_AGAIN = Duration.ofMillis(50);

  private final String bootstrap;
  private final TopicsConfig config;
  private final Duration patience;

  /**
   * A setup that has done nothing yet.
   *
   * @param patience how long each answer of the brokers is waited for
   */
  public TopicSetup(String bootstrap, TopicsConfig config, Duration patience) {
    this.bootstrap = requireNonNull(bootstrap, "bootstrap");
    this.config = requireNonNull(config, "config");
    this.patience = requireNonNull(patience, "patience");
  }

  /**
   * Creates what is missing, brings settings up to date and returns the installation.
   *
   * @throws TopicMismatchException if a topic exists with another number of partitions
   * @throws TopicSetupException if the brokers do not answer or refuse
   */
  public Installation run() {
    Map<String, TopicSpec> specs =
        Arrays.stream(Topic.values())
            .map(topic -> TopicSpec.of(topic, config))
            .collect(toMap(spec -> spec.topic().named(config.prefix()), identity()));
    Map<String, Object> client =
        ClientSettings.of(bootstrap)
            .with("default.api.timeout.ms", patience)
            .with("request.timeout.ms", patience)
            .asMap();
    try (Admin admin = Admin.create(client)) {
      create(admin, specs);
      check(
          awaitKnown(() -> admin.describeTopics(specs.keySet()).allTopicNames(), "describe"),
          specs);
      applySettings(admin, specs);
    }
    return Installation.at(bootstrap, config);
  }

  private void create(Admin admin, Map<String, TopicSpec> specs) {
    Collection<String> existing = await(admin.listTopics().names(), "list");
    List<NewTopic> missing = new ArrayList<>();
    specs.forEach(
        (name, spec) -> {
          if (!existing.contains(name)) {
            missing.add(spec.toNewTopic(name, config.replication()));
          }
        });
    admin
        .createTopics(missing)
        .values()
        .forEach(
            (name, created) -> {
              try {
                await(created, "create " + name + " in");
                LOG.info("created topic {}", name);
              } catch (TopicSetupException e) {
                if (!(e.getCause() instanceof TopicExistsException)) { // another process was first
                  throw e;
                }
              }
            });
  }

  private static void check(
      Map<String, TopicDescription> descriptions, Map<String, TopicSpec> specs) {
    descriptions.forEach(
        (name, description) -> {
          int actual = description.partitions().size();
          int expected = specs.get(name).partitions();
          if (actual != expected) {
            throw new TopicMismatchException(name, actual, expected);
          }
        });
  }

  private void applySettings(Admin admin, Map<String, TopicSpec> specs) {
    Map<ConfigResource, Collection<AlterConfigOp>> changes =
        specs.entrySet().stream()
            .collect(
                toMap(
                    entry -> new ConfigResource(ConfigResource.Type.TOPIC, entry.getKey()),
                    entry -> settings(entry.getValue())));
    awaitKnown(() -> admin.incrementalAlterConfigs(changes).all(), "configure");
  }

  private static List<AlterConfigOp> settings(TopicSpec spec) {
    return spec.settings().entrySet().stream()
        .map(setting -> new ConfigEntry(setting.getKey(), setting.getValue()))
        .map(entry -> new AlterConfigOp(entry, AlterConfigOp.OpType.SET))
        .toList();
  }

  /**
   * Asks again while a broker does not know a topic: the controller confirms a creation before
   * every broker has heard of it, and such a broker denies that the topic exists.
   */
  private <T> T awaitKnown(Supplier<KafkaFuture<T>> question, String verb) {
    Instant deadline = Instant.now().plus(patience);
    while (true) {
      try {
        return await(question.get(), verb);
      } catch (TopicSetupException e) {
        if (!(e.getCause() instanceof UnknownTopicOrPartitionException)
            || Instant.now().isAfter(deadline)) {
          throw e;
        }
      }
      pause();
    }
  }

  private void pause() {
    try {
      Thread.sleep(ASK_AGAIN);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TopicSetupException("interrupted while asking " + bootstrap, e);
    }
  }

  private <T> T await(KafkaFuture<T> answer, String verb) {
    try {
      return answer.get();
    } catch (ExecutionException e) {
      throw new TopicSetupException("cannot " + verb + " topics at " + bootstrap, e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TopicSetupException("interrupted while asking " + bootstrap, e);
    }
  }
}
