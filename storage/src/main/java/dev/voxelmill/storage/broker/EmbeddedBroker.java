package dev.voxelmill.storage.broker;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import kafka.server.BrokerServer;
import kafka.server.ControllerServer;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.server.Server;
import kafka.server.SharedServer;
import kafka.server.StandardFaultHandlerFactory;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One running Kafka node, broker and controller at once, with its records in one directory; started
 * again on the same directory it serves the same records, on any port.
 *
 * <p>One per JVM is the rule, since Kafka's metrics and exit hooks are static; only the tests of
 * this class break it. A fault that Kafka holds for fatal ends the JVM, which is right for the
 * child process that {@link BrokerMain} is and acceptable in a test.
 */
public final class EmbeddedBroker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedBroker.class);
  private static final int NODE_ID = 1;
  private static final String CONTROLLER = "CONTROLLER";

  private final ControllerServer controller;
  private final BrokerServer broker;
  private final String bootstrap;
  private final String clusterId;

  private EmbeddedBroker(
      ControllerServer controller, BrokerServer broker, String bootstrap, String clusterId) {
    this.controller = controller;
    this.broker = broker;
    this.bootstrap = bootstrap;
    this.clusterId = clusterId;
  }

  /** Starts on a free port of 127.0.0.1, with the settings of {@code conf/broker.conf}. */
  public static EmbeddedBroker start(Path directory) throws IOException {
    return start(directory, new InetSocketAddress(Listeners.loopback(), 0), BrokerConfig.load());
  }

  /**
   * Starts and returns when clients can connect.
   *
   * @param directory holds the records; created and formatted when it does not exist
   * @param clients where clients connect; port 0 chooses a free one
   */
  public static EmbeddedBroker start(Path directory, InetSocketAddress clients, BrokerConfig config)
      throws IOException {
    Path log = requireNonNull(directory, "directory").toAbsolutePath().resolve("log");
    Files.createDirectories(log);
    if (!Files.exists(log.resolve("meta.properties"))) {
      format(log);
    }
    try (Listeners listeners = new Listeners()) {
      int clientPort = listeners.bind(clients);
      int controllerPort = listeners.bind(new InetSocketAddress(Listeners.loopback(), 0));
      String client = "PLAINTEXT://" + clients.getAddress().getHostAddress() + ":" + clientPort;
      return start(properties(config, log, client, controllerPort), listeners, controllerPort);
    }
  }

  private static EmbeddedBroker start(
      Properties properties, Listeners listeners, int controllerPort) throws IOException {
    KafkaConfig config = KafkaConfig.fromProps(properties, false);
    var loaded = KafkaRaftServer.initializeLogDirs(config, LOG, "");
    String clusterId = loaded._1().clusterId().orElseThrow();
    SharedServer shared =
        new SharedServer(
            config,
            loaded._1(),
            Time.SYSTEM,
            Server.initializeMetrics(config, Time.SYSTEM, clusterId),
            CompletableFuture.completedFuture(
                Map.of(NODE_ID, new InetSocketAddress(Listeners.loopback(), controllerPort))),
            List.of(),
            new StandardFaultHandlerFactory(),
            listeners);
    ControllerServer controller =
        new ControllerServer(shared, KafkaRaftServer.configSchema(), loaded._2());
    BrokerServer broker = new BrokerServer(shared);
    controller.startup();
    broker.startup();
    String bootstrap = properties.getProperty("advertised.listeners").replaceFirst(".*//", "");
    LOG.info("broker {} of cluster {} keeps {}", bootstrap, clusterId, config.logDirs());
    return new EmbeddedBroker(controller, broker, bootstrap, clusterId);
  }

  /** Where clients connect, such as {@code 127.0.0.1:29092}. */
  public String bootstrap() {
    return bootstrap;
  }

  /** Names the data directory's cluster; survives restarts. */
  public String clusterId() {
    return clusterId;
  }

  /** Stops in order: what was acknowledged is in the log, and the next start is a clean one. */
  @Override
  public void close() {
    broker.shutdown();
    controller.shutdown();
    broker.awaitShutdown();
    controller.awaitShutdown();
  }

  private static void format(Path log) throws IOException {
    PrintStream silent =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    try {
      new Formatter()
          .setPrintStream(silent)
          .setNodeId(NODE_ID)
          .setClusterId(Uuid.randomUuid().toString())
          .addDirectory(log.toString())
          .setMetadataLogDirectory(log.toString())
          .setControllerListenerName(CONTROLLER)
          .setReleaseVersion(MetadataVersion.latestProduction())
          .run();
    } catch (Exception e) { // declared by Kafka as such
      throw new IOException("cannot format the broker's directory " + log, e);
    }
  }

  private static Properties properties(
      BrokerConfig config, Path log, String client, int controllerPort) {
    String one = "1";
    String few = Integer.toString(config.internalTopicPartitions());
    Properties properties = new Properties();
    properties.put("process.roles", "broker,controller");
    properties.put("node.id", Integer.toString(NODE_ID));
    properties.put("listeners", client + "," + CONTROLLER + "://127.0.0.1:" + controllerPort);
    properties.put("advertised.listeners", client);
    properties.put("controller.listener.names", CONTROLLER);
    properties.put("listener.security.protocol.map", CONTROLLER + ":PLAINTEXT,PLAINTEXT:PLAINTEXT");
    properties.put("inter.broker.listener.name", "PLAINTEXT");
    properties.put("controller.quorum.voters", NODE_ID + "@127.0.0.1:" + controllerPort);
    properties.put("log.dirs", log.toString());
    properties.put("broker.session.timeout.ms", Long.toString(config.sessionTimeout().toMillis()));
    properties.put(
        "broker.heartbeat.interval.ms", Long.toString(config.heartbeatInterval().toMillis()));
    properties.put("offsets.topic.replication.factor", one);
    properties.put("offsets.topic.num.partitions", few);
    properties.put(
        "offsets.retention.minutes", Long.toString(config.offsetsRetention().toMinutes()));
    properties.put("transaction.state.log.replication.factor", one);
    properties.put("transaction.state.log.min.isr", one);
    properties.put("transaction.state.log.num.partitions", few);
    properties.put(
        "add.partitions.to.txn.retry.backoff.ms",
        Long.toString(config.transactionRetry().toMillis()));
    properties.put(
        "transaction.abort.timed.out.transaction.cleanup.interval.ms",
        Long.toString(config.transactionCheck().toMillis()));
    properties.put("share.coordinator.state.topic.replication.factor", one);
    properties.put("share.coordinator.state.topic.min.isr", one);
    properties.put("share.coordinator.state.topic.num.partitions", one);
    properties.put("group.initial.rebalance.delay.ms", "0");
    properties.put("auto.create.topics.enable", "false");
    properties.put("message.max.bytes", Long.toString(config.maxMessage().bytes()));
    properties.put(
        "log.cleaner.dedupe.buffer.size", Long.toString(config.cleanerDedupeBuffer().bytes()));
    properties.put("num.network.threads", Integer.toString(config.networkThreads()));
    properties.put("num.io.threads", Integer.toString(config.ioThreads()));
    if (config.flushEveryMessage()) {
      properties.put("log.flush.interval.messages", one);
    }
    return properties;
  }
}
