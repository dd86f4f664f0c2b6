package dev.voxelmill.protocols.launch;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.voxelmill.protocols.config.ConfFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/**
 * Where a node listens and through whom it joins; each can be given on the command line, by an
 * environment variable or by a system property of Pekko's own name.
 */
public final class MembershipOptions {
  /** Name of every node's actor system; nodes of one cluster must agree on it. */
  public static final String SYSTEM = "voxelmill";

  @Option(
      names = "--seed-node",
      split = ",",
      paramLabel = "H:P",
      defaultValue = "${env:VOXELMILL_SEED_NODES}",
      description =
          "Supervisors through which to join; name several, the same on every node. The first of"
              + " them starts the cluster (default: $VOXELMILL_SEED_NODES).")
  private List<String> seedNodes = new ArrayList<>();

  @Option(
      names = "--cluster-port",
      paramLabel = "P",
      defaultValue = "${env:VOXELMILL_CLUSTER_PORT:-0}",
      description = "Port of this node in the cluster; 0, the default, chooses a free one.")
  private int clusterPort;

  @Option(
      names = "--host",
      paramLabel = "H",
      defaultValue = "${env:VOXELMILL_HOST:-127.0.0.1}",
      description = "Address under which other nodes reach this one (default: 127.0.0.1).")
  private String host = "127.0.0.1";

  /** Seeds in the order given, {@code host:port}. */
  public List<String> seedNodes() {
    return seedNodes == null ? List.of() : List.copyOf(seedNodes);
  }

  public String host() {
    return host;
  }

  /** This node's own address if its port is fixed, as it would stand among the seeds. */
  public String address() {
    return host + ":" + clusterPort;
  }

  /** The actor system's configuration for a node of these roles that joins through the seeds. */
  public Config config(List<String> roles, List<String> seeds) {
    return ConfigFactory.parseMap(
            Map.of(
                "pekko.remote.artery.canonical.hostname",
                host,
                "pekko.remote.artery.canonical.port",
                clusterPort,
                "pekko.cluster.roles",
                roles,
                "pekko.cluster.seed-nodes",
                seeds.stream().map(seed -> "pekko://" + SYSTEM + "@" + seed).toList()))
        .withFallback(ConfFile.read(ClusterConfig.FILE))
        .withFallback(ConfigFactory.load());
  }
}
