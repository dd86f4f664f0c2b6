package dev.voxelmill.protocols.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;

class MembershipOptionsTest {
  private static final List<String> KEYS =
      List.of("cluster.brokers.0", "cluster.host", "cluster.port", "cluster.seed-nodes.0");

  /** A process with nothing but the options. */
  @Command(name = "node")
  private static final class Node {
    @Mixin private MembershipOptions membership = new MembershipOptions();
  }

  @AfterEach
  void forgetConfiguration() {
    KEYS.forEach(System::clearProperty);
    ConfigFactory.invalidateCaches();
  }

  @Test
  void aNodeThatIsToldNothingIsWhereTheConfigurationSaysAndJoinsWhomItNames() {
    configure("cluster.brokers.0", "10.0.0.1:9092");
    configure("cluster.host", "10.0.0.4");
    configure("cluster.port", "25520");
    configure("cluster.seed-nodes.0", "10.0.0.1:25520");

    MembershipOptions node = node();
    Config pekko = node.config(List.of("gpu"), node.seedNodes()).getConfig("pekko");

    assertEquals("10.0.0.1:9092", node.bootstrap());
    assertEquals("10.0.0.4:25520", node.address());
    assertEquals("10.0.0.4", pekko.getString("remote.artery.canonical.hostname"));
    assertEquals(25520, pekko.getInt("remote.artery.canonical.port"));
    assertEquals(
        List.of("pekko://voxelmill@10.0.0.1:25520"), pekko.getStringList("cluster.seed-nodes"));
  }

  @Test
  void theCommandLineWinsOverTheConfiguration() {
    configure("cluster.brokers.0", "10.0.0.1:9092");
    configure("cluster.host", "10.0.0.4");
    configure("cluster.seed-nodes.0", "10.0.0.1:25520");

    MembershipOptions node =
        node(
            "--bootstrap", "10.0.0.7:9092,10.0.0.8:9092",
            "--host", "10.0.0.5",
            "--cluster-port", "25521",
            "--seed-node", "10.0.0.2:25520,10.0.0.3:25520");

    assertEquals("10.0.0.7:9092,10.0.0.8:9092", node.bootstrap());
    assertEquals("10.0.0.5:25521", node.address());
    assertEquals(List.of("10.0.0.2:25520", "10.0.0.3:25520"), node.requiredSeedNodes());
  }

  @Test
  void whatNobodySaysIsAskedForByNameWithThePlacesWhereItCanBeSaid() {
    MembershipOptions node = node();

    String brokers = assertThrows(ParameterException.class, node::bootstrap).getMessage();
    String seeds = assertThrows(ParameterException.class, node::requiredSeedNodes).getMessage();

    assertTrue(brokers.contains("--bootstrap: none (expected: the address"), brokers);
    assertTrue(brokers.contains("VOXELMILL_BOOTSTRAP, or cluster.brokers in conf/"), brokers);
    assertTrue(seeds.contains("VOXELMILL_SEED_NODES, or cluster.seed-nodes in conf/"), seeds);
    assertEquals("127.0.0.1:0", node.address());
    assertEquals(List.of(), node.seedNodes());
  }

  private static MembershipOptions node(String... arguments) {
    Node node = new Node();
    new CommandLine(node).parseArgs(arguments);
    return node.membership;
  }

  private static void configure(String key, String value) {
    System.setProperty(key, value);
    ConfigFactory.invalidateCaches();
  }
}
