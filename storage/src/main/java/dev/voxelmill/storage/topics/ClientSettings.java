package dev.voxelmill.storage.topics;

import static java.util.Objects.requireNonNull;

import dev.voxelmill.protocols.geometry.ByteSize;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** Settings of one Kafka client, by Kafka's names, with durations and sizes as what they are. */
public final class ClientSettings {
  private final Map<String, Object> settings = new HashMap<>();

  private ClientSettings() {}

  /** Settings of a client of these brokers that pushes no metrics; the rest is Kafka's default. */
  public static ClientSettings of(String bootstrap) {
    return new ClientSettings()
        .with("bootstrap.servers", requireNonNull(bootstrap, "bootstrap"))
        // Even where brokers want none, asking them costs requests at the start and the end.
        .with("enable.metrics.push", "false");
  }

  /** Adds a setting as Kafka writes it. */
  public ClientSettings with(String name, String value) {
    settings.put(name, value);
    return this;
  }

  /** Adds a setting in milliseconds. */
  public ClientSettings with(String name, Duration value) {
    return with(name, Long.toString(value.toMillis()));
  }

  /** Adds a setting in bytes. */
  public ClientSettings with(String name, ByteSize value) {
    return with(name, Long.toString(value.bytes()));
  }

  /** What Kafka's constructors take. */
  public Map<String, Object> asMap() {
    return Map.copyOf(settings);
  }
}
