package dev.voxelmill.protocols.launch;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.voxelmill.protocols.config.ConfFile;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Where a node listens and whom it joins. Each value is taken from the command line, else from the
 * environment, else from {@code conf/cluster.conf}.
 */
public final class MembershipOptions {
  /** Name of every node's actor system; nodes of one cluster must agree on it. */
  public static final String SYSTEM = "voxelmill";

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--bootstrap",
      split = ",",
      paramLabel = "H:P",
      defaultValue = "${env:VOXELMILL_BOOTSTRAP}",
      description =
          "Kafka brokers, separated by commas (default: $VOXELMILL_BOOTSTRAP, else cluster.brokers"
              + " in conf/cluster.conf).")
  private List<String> brokers = List.of();

  @Option(
      names = "--seed-node",
      split = ",",
      paramLabel = "H:P",
      defaultValue = "${env:VOXELMILL_SEED_NODES}",
      description =
          "Supervisors through which to join; name several, the same on every node. The first of"
              + " them starts the cluster (default: $VOXELMILL_SEED_NODES, else"
              + " cluster.seed-nodes).")
  private List<String> seedNodes = List.of();

  @Option(
      names = "--cluster-port",
      paramLabel = "P",
      defaultValue = "${env:VOXELMILL_CLUSTER_PORT}",
      description =
          "Port of this node in the cluster; 0 chooses a free one (default:"
              + " $VOXELMILL_CLUSTER_PORT, else cluster.port).")
  private Optional<Integer> clusterPort = Optional.empty();

  @Option(
      names = "--host",
      paramLabel = "H",
      defaultValue = "${env:VOXELMILL_HOST}",
      description =
          "Address under which other nodes reach this one (default: $VOXELMILL_HOST, else"
              + " cluster.host).")
  private Optional<String> host = Optional.empty();

  /** Kafka's addresses, separated by commas; at least one must have been given. */
  public String bootstrap() {
    return String.join(
        ",",
        required(
            "--bootstrap",
            given(brokers).orElseGet(() -> byDefault().brokers()),
            "the address of a Kafka broker",
            "VOXELMILL_BOOTSTRAP, or cluster.brokers"));
  }

  /** Seeds in the order given, {@code host:port}; none for a node that founds its own cluster. */
  public List<String> seedNodes() {
    return given(seedNodes).orElseGet(() -> byDefault().seedNodes());
  }

  /** The same of a node that cannot be the first; at least one must have been given. */
  public List<String> requiredSeedNodes() {
    return required(
        "--seed-node",
        seedNodes(),
        "the address of a supervisor",
        "VOXELMILL_SEED_NODES, or cluster.seed-nodes");
  }

  /** Picocli leaves null where a variable of the environment is not set. */
  private static Optional<List<String>> given(List<String> texts) {
    return Optional.ofNullable(texts).filter(some -> !some.isEmpty()).map(List::copyOf);
  }

  private static ClusterConfig.Place byDefault() {
    return ClusterConfig.load().place();
  }

  private List<String> required(String option, List<String> given, String what, String elsewhere) {
    if (given.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(),
          "%s: none (expected: %s; fix: name one, set %s in conf/%s)"
              .formatted(option, what, elsewhere, ClusterConfig.FILE));
    }
    return given;
  }

  public String host() {
    return host.orElseGet(() -> byDefault().host());
  }

  private int port() {
    return clusterPort.orElseGet(() -> byDefault().port());
  }

  /** This node's own address if its port is fixed, as it would stand among the seeds. */
  public String address() {
    return host() + ":" + port();
  }

  /** The actor system's configuration for a node of these roles that joins through the seeds. */
  public Config config(List<String> roles, List<String> seeds) {
    return ConfigFactory.parseMap(
            Map.of(
                "pekko.remote.artery.canonical.hostname",
                host(),
                "pekko.remote.artery.canonical.port",
                port(),
                "pekko.cluster.roles",
                roles,
                "pekko.cluster.seed-nodes",
                seeds.stream().map(seed -> "pekko://" + SYSTEM + "@" + seed).toList()))
        .withFallback(ConfFile.read(ClusterConfig.FILE))
        .withFallback(ConfigFactory.load());
  }
}
