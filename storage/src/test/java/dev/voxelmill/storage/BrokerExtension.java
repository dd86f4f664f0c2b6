package dev.voxelmill.storage;

import dev.voxelmill.storage.broker.EmbeddedBroker;
import dev.voxelmill.storage.topics.Installation;
import dev.voxelmill.storage.topics.TopicSetup;
import dev.voxelmill.storage.topics.TopicsConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives a test class an {@link Installation} of its own, named by a fresh prefix, on one broker
 * that all classes of the run share: starting a broker costs seconds, creating topics does not.
 */
public final class BrokerExtension implements BeforeAllCallback, ParameterResolver {
  private static final ExtensionContext.Namespace SPACE =
      ExtensionContext.Namespace.create(BrokerExtension.class);
  private static final AtomicInteger INSTALLATIONS = new AtomicInteger();
  private static final int PARTITIONS = 3;

  @Override
  public void beforeAll(ExtensionContext context) {
    SharedBroker shared =
        context
            .getRoot()
            .getStore(SPACE)
            .getOrComputeIfAbsent(
                SharedBroker.class, type -> SharedBroker.start(), SharedBroker.class);
    TopicsConfig config = testConfig("test" + INSTALLATIONS.incrementAndGet());
    context
        .getStore(SPACE)
        .put(
            Installation.class,
            new TopicSetup(shared.broker.bootstrap(), config, Duration.ofMinutes(2)).run());
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Installation.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context.getStore(SPACE).get(Installation.class);
  }

  private static TopicsConfig testConfig(String prefix) {
    TopicsConfig real = TopicsConfig.load();
    return new TopicsConfig(
        prefix,
        PARTITIONS,
        real.replication(),
        real.requestsRetention(),
        real.eventsRetention(),
        real.assetsRetention(),
        real.deadLettersRetention(),
        real.tombstonesRetention(),
        real.checkpointsCompactionLag());
  }

  /** Lives as long as the test run. */
  private record SharedBroker(EmbeddedBroker broker, Path directory) implements AutoCloseable {
    static SharedBroker start() {
      try {
        Path directory = Files.createTempDirectory("voxelmill-broker");
        return new SharedBroker(EmbeddedBroker.start(directory), directory);
      } catch (java.io.IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }

    @Override
    public void close() throws Exception {
      broker.close();
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}
